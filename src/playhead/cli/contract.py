"""`playhead contract`: what recordings show of an API, folded into one file that can be read, merged and compared."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import click

from playhead.cli.exits import NOTHING, UNREADABLE
from playhead.cli.output import progress, written
from playhead.contract.contract import Contract
from playhead.contract.encoding import encode_json, encode_msgpack
from playhead.contract.templates import stored_form
from playhead.errors import UsageError
from playhead.services.comparing.folding import fold_sides, jobs_for
from playhead.services.comparing.judging import judging
from playhead.services.comparing.sides import Side, side_of
from playhead.store.files import replace_file
from playhead.store.folders import is_recording

__all__ = ["command"]


@click.command("contract")
@click.argument("sources", metavar="CASSETTES...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE (.json or .msgpack) instead of the terminal.")
@click.option("--openapi", "document", metavar="FILE", help="Write it as an OpenAPI 3.1 document too (.json).")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Processes to use; by default one per processor.")
@click.pass_context
def command(
    ctx: click.Context, sources: tuple[str, ...], output: str | None, document: str | None, jobs: int | None
) -> None:
    """Fold recordings into a contract: per endpoint what was asked and answered, as fields and types with counts.

    CASSETTES are cassettes, folders, contracts, or any of them in a git revision
    (main:cassettes). The order does not matter, and contracts of parts merge into
    the contract of the whole. `playhead diff` takes contracts on either side.

    Paths whose ids look like ids, or whose siblings answer alike, are folded into
    templates such as /users/{name}. They are stored, and stay what they are when
    the contract is merged or compared. [tool.playhead.drift] has templates of your own.

    With --openapi the contract is written as an OpenAPI document, for tools that
    read those; it goes to the terminal as a contract only if -o says so (-o -).

    \b
    Examples:
      playhead contract cassettes -o contract.json
      playhead contract unit.json integration.json -o contract.msgpack
      playhead contract cassettes --openapi openapi.json
      playhead diff contract.json cassettes

    Exit codes: 0 written, 2 wrong usage, 3 something could not be read; the rest is
    written all the same.
    """
    suffix = Path(output).suffix if output and output != "-" else ".json"
    if suffix not in (".json", ".msgpack"):
        raise UsageError(f"{output} has no contract format: name it .json or .msgpack.")
    with ExitStack() as stack:
        sides = [stack.enter_context(side_of(source)) for source in sources]
        contract = _folded(sides, jobs)
        for side in sides:
            for path, error in side.broken:
                click.echo(f"Not folded: {side.shown(str(path))}: {side.shown(str(error))}", err=True)
    if document is not None:
        _write_document(contract, document)
    if document is None or output is not None:
        _write(contract, output, suffix)
    ctx.exit(UNREADABLE if any(side.broken for side in sides) else NOTHING)


def _folded(sides: list[Side], jobs: int | None) -> Contract:
    files = [path for side in sides for path in side.files]
    with progress(files) as tick:
        fold_sides(sides, tick, jobs=jobs or jobs_for(files))
    if not any(side.read or side.broken for side in sides):
        raise UsageError(f"There is no cassette in {', '.join(side.name for side in sides)}: check the path.")
    whole = Contract()
    for side in sides:
        whole.absorb(side.contract)
    return stored_form(whole.settle(), judging().policy.templates).settle()


def _write_document(contract: Contract, path: str) -> None:
    """As an OpenAPI document; UsageError if it cannot be written."""
    from playhead.openapi.inferred import inferred

    if path != "-" and Path(path).suffix != ".json":
        raise UsageError(f"{path} is no JSON file: name the OpenAPI document .json.")
    written(json.dumps(inferred(contract), indent=2, ensure_ascii=False) + "\n", path)
    if path != "-":
        click.echo(f"{path}: an OpenAPI 3.1 document", err=True)


def _write(contract: Contract, output: str | None, suffix: str) -> None:
    if output is None or output == "-":
        click.echo(encode_json(contract).decode(), nl=False)
        return
    if is_recording(Path(output), contracts=False):
        raise UsageError(f"{output} is a recording, and is not overwritten: give another file with -o.")
    replace_file(Path(output), encode_msgpack(contract) if suffix == ".msgpack" else encode_json(contract))
    count = len(contract.endpoints)
    click.echo(f"{output}: {count} endpoint{'s' * (count != 1)}")
