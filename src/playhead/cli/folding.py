"""Fold recordings and write the contract: the work of `playhead contract`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from playhead.cli.exits import NOTHING, UNREADABLE
from playhead.cli.options import ContractOptions
from playhead.cli.output import progress, write
from playhead.contract.contract import Contract
from playhead.contract.encoding import encode_json, encode_msgpack
from playhead.contract.templates import stored_form
from playhead.errors import UsageError
from playhead.services.comparing.folding import fold_sides, jobs_for
from playhead.services.comparing.judging import judging
from playhead.services.comparing.sides import Side, side_of
from playhead.store.files import replace_file
from playhead.store.folders import is_recording
from playhead.text.files import CASSETTES, JSON, MSGPACK
from playhead.text.words import counted

__all__ = ["fold"]


def fold(options: ContractOptions) -> int:
    """Fold the recordings, write the contract, and return the exit code.

    Raises:
        UsageError: There is nothing to fold, or a file to write has another suffix or is a recording.
    """
    suffix = Path(options.output).suffix if options.output and options.output != "-" else JSON
    if suffix not in CASSETTES:
        raise UsageError(f"{options.output} does not name a contract format: name the file .json or .msgpack.")
    with ExitStack() as stack:
        sides = [stack.enter_context(side_of(source)) for source in options.sources]
        contract = _folded(sides, options.jobs)
        for side in sides:
            for path, error in side.broken:
                click.echo(f"Not folded: {side.as_named(str(path))}: {side.as_named(str(error))}", err=True)
    if options.document is not None:
        _write_document(contract, options.document)
    if options.document is None or options.output is not None:
        _write(contract, options.output, suffix)
    return UNREADABLE if any(side.broken for side in sides) else NOTHING


def _folded(sides: Sequence[Side], jobs: int | None) -> Contract:
    files = [path for side in sides for path in side.files]
    with progress(files) as tick:
        fold_sides(sides, tick, jobs=jobs_for(files, jobs))
    if not any(side.read or side.broken for side in sides):
        raise UsageError(f"There is no cassette in {', '.join(side.name for side in sides)}: check the path.")
    whole = Contract()
    for side in sides:
        whole.absorb(side.contract)
    return stored_form(whole.finish(), judging().policy.templates).finish()


def _write_document(contract: Contract, path: str) -> None:
    from playhead.openapi.inferred import inferred

    if path != "-" and Path(path).suffix != JSON:
        raise UsageError(f"{path} is not a JSON file: name the OpenAPI document .json.")
    write(json.dumps(inferred(contract), indent=2, ensure_ascii=False) + "\n", path)
    if path != "-":
        click.echo(f"{path}: an OpenAPI 3.1 document", err=True)


def _write(contract: Contract, output: str | None, suffix: str) -> None:
    if output is None or output == "-":
        click.echo(encode_json(contract).decode(), nl=False)
        return
    if is_recording(Path(output), contracts=False):
        raise UsageError(f"{output} is a recording, and is not overwritten: pass another file with -o.")
    replace_file(Path(output), encode_msgpack(contract) if suffix == MSGPACK else encode_json(contract))
    count = len(contract.endpoints)
    click.echo(f"{output}: {counted(count, 'endpoint')}")
