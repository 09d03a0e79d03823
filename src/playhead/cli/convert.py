"""`playhead convert`: write a cassette in another file format, losing nothing."""

from __future__ import annotations

import click

from playhead.cli.naming import expect_file, expect_target
from playhead.text.words import counted

__all__ = ["command"]


@click.command("convert")
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="DST")
def command(source: str, target: str) -> None:
    """Write the cassette SRC to DST, in the format that the suffix of DST names, or print it as JSON (DST is `-`).

    \b
      .json      for people and git: readable bodies, one header per line
      .msgpack   for size and speed, and for binary bodies

    Both formats hold the same: converting there and back gives an equal cassette.
    If DST exists it is replaced, completely or not at all.

    \b
    Example:
      playhead convert cassettes/test_get.json /tmp/test_get.msgpack
      playhead convert cassettes/test_get.msgpack -
    """
    from playhead.codecs.json import encode
    from playhead.store.cassettes import load, save

    expect_file(source)
    if target == "-":
        click.echo(encode(load(source)), nl=False)
        return
    expect_target(target, source)
    cassette = load(source)
    save(cassette, target)
    count = len(cassette.interactions)
    click.echo(f"{target}: {counted(count, 'interaction')}")
