"""`playhead convert`: write cassettes in another file format, and say what that cannot hold."""

from __future__ import annotations

import click

from playhead.cli.options import ConvertOptions, taking

__all__ = ["command"]


@click.command("convert")
@click.argument("source", metavar="SRC")
@click.argument("target", metavar="DST", required=False)
@click.option(
    "--to", type=click.Choice(["json", "msgpack", "vcrpy", "har"]),
    help="Format to write; of a file by default what the suffix of DST names.",
)  # fmt: skip
@click.option("--in-place", is_flag=True, help="Write beside each file, and remove the file once that is proved equal.")
@click.option("--as-is", is_flag=True, help="Do not redact what another tool recorded.")
@taking(ConvertOptions)
def command(options: ConvertOptions) -> int:
    """Write the cassette SRC to DST, in the format that the suffix of DST names, or print it as JSON (DST is `-`).

    \b
      .json          for people and git: readable bodies, one header per line
      .msgpack       for size and speed, and for binary bodies
      .yaml, .yml    cassettes of vcrpy
      .har           HAR 1.2, for browsers and Playwright

    The first two hold the same: converting there and back gives an equal cassette.
    What the others cannot hold is listed. If DST exists it is replaced, completely
    or not at all.

    SRC may also be a cassette of another tool. It is redacted as a recording would
    be, by the `redact` setting of the project, unless --as-is is given.

    If SRC is a folder, --to says what to write, and DST is the folder for it.
    With --in-place there is no DST: x.json is written beside x.yaml, and x.yaml
    removed once x.json has been read back and is equal in what both hold.

    \b
    Examples:
      playhead convert cassettes/test_get.json /tmp/test_get.msgpack
      playhead convert cassettes/test_get.msgpack -
      playhead convert cassettes/test_get.yaml cassettes/test_get.json
      playhead convert cassettes /tmp/for-vcrpy --to vcrpy
      playhead convert cassettes --to json --in-place

    Exit codes: 0 converted, 2 wrong usage, 3 something could not be read or written;
    the other files are converted then.
    """
    from playhead.cli.converting import convert

    return convert(options)
