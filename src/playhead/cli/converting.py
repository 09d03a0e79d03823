"""Convert files and folders, and print what their new format cannot hold: the work of `playhead convert`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import click

from playhead.cli.exits import NOTHING, UNREADABLE
from playhead.cli.naming import expect_file, expect_target
from playhead.cli.options import ConvertOptions
from playhead.codecs.json import encode
from playhead.errors import PlayheadError, UsageError
from playhead.matching.rules import compile_rules
from playhead.redaction.placeholder import marks_in, same_kind
from playhead.redaction.presented import split_credential
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.services.converting import SUFFIXES, Converted, Converter, cassettes_of, is_something_else
from playhead.settings.resolve import resolve
from playhead.text.words import counted, printable

__all__ = ["convert"]

_MOST_NUMBERS = 8


def convert(options: ConvertOptions) -> int:
    """Convert as the options say, print what came of it, and return the exit code."""
    source, converter = Path(options.source), Converter(None if options.as_is else _redactor_of_settings())
    _expect_sensible(options)
    if source.is_dir():
        return _convert_tree(source, options, converter)
    if options.in_place:
        _tell(converter.replace(source, _beside(source, options.to)), source)
    elif options.target == "-":
        click.echo(encode(converter.take(source).cassette), nl=False)
    else:
        target = Path(options.target or "")
        expect_target(str(target), options.source)
        _expect_suffix(target, options.to)
        _tell(converter.convert(source, target), source)
    return NOTHING


def _redactor_of_settings() -> Callable[[], Redactor]:
    settings = resolve({}, {}, where="playhead convert")
    rules = compile_rules(
        settings.ignore, settings.check, same_kind=same_kind, marks_in=marks_in, split=split_credential
    )
    return partial(Redactor, RedactionRules.from_options(settings.redact), keep_headers=rules.header_names)


def _expect_sensible(options: ConvertOptions) -> None:
    source = options.source
    if options.in_place and options.target is not None:
        raise UsageError(f"--in-place writes beside {source}: leave out {options.target}, or the option.")
    if options.in_place and options.to is None:
        raise UsageError("--in-place needs --to json, msgpack, vcrpy or har.")
    if not options.in_place and options.target is None:
        raise UsageError(f"Name the file or folder to write as well, or convert {source} with --in-place.")
    if Path(source).is_dir() and (options.to is None or options.target == "-"):
        if options.target == "-":
            expect_file(source)
        raise UsageError(
            f"{source} is a folder: say with --to json, msgpack, vcrpy or har what to write for its files."
        )


def _expect_suffix(target: Path, to: str | None) -> None:
    suffix = "" if to is None else SUFFIXES[to]
    if to is not None and target.suffix != suffix and not (to == "vcrpy" and target.suffix == ".yml"):
        raise UsageError(f"{target} is not named as --to {to} writes it: name it in {suffix}, or leave out --to.")


def _beside(source: Path, to: str | None) -> Path:
    target = source.with_suffix(SUFFIXES[to or "json"])
    if target == source:
        raise UsageError(f"{source} has the name of its new format already: name another file to write.")
    return target


def _convert_tree(folder: Path, options: ConvertOptions, converter: Converter) -> int:
    """Convert all files below a folder. What is something else is left alone, and other faults do not stop the rest."""
    failed, written = 0, list[Converted]()
    done: dict[Path, Path] = {}
    for source, target in list(_targets(folder, options)):
        try:
            if target in done:
                raise UsageError(f"{target} was written from {done[target]} already.")
            act = converter.replace if options.in_place else converter.convert
            converted = act(source, target)
        except PlayheadError as error:
            if not is_something_else(source, error):
                failed += 1
                reason = str(error) if str(source) in str(error) else f"{source}: {error}"
                click.echo(f"Not converted: {printable(reason)}", err=True)
            continue
        done[target] = source
        written.append(converted)
        _tell(converted, source)
    if not written and not failed:
        raise UsageError(f"There is no cassette to convert below {folder}: check the path.")
    click.echo(f"{counted(len(written), 'cassette')} converted, {counted(failed, 'file')} not.")
    return UNREADABLE if failed else NOTHING


def _targets(folder: Path, options: ConvertOptions) -> Iterator[tuple[Path, Path]]:
    suffix = SUFFIXES[options.to or "json"]
    root = folder if options.in_place else Path(options.target or "")
    for source in cassettes_of(folder):
        target = (root / source.relative_to(folder)).with_suffix(suffix)
        if target != source:
            yield source, target


def _tell(converted: Converted, source: Path) -> None:
    lines = [f"{converted.target}: {counted(converted.count, 'interaction')}"]
    if converted.redacted:
        lines.append(f"  {counted(converted.redacted, 'value')} redacted")
    lines += [f"  {kind.value}: {_numbers(numbers)}" for kind, numbers in converted.lacks.items()]
    if converted.stays:
        lines.append(f"  {source} stays, because it holds more")
    click.echo("\n".join(map(printable, lines)))


def _numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"#{number}" for number in numbers[:_MOST_NUMBERS])
    more = len(numbers) - _MOST_NUMBERS
    return shown if more <= 0 else f"{shown} and {more:,} more"
