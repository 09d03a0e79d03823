"""`playhead doctor`: tell what is wrong with an existing suite, of playhead or of other tools."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("doctor")
@click.argument("path", metavar="PATH")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True,
    help="Format of the report.",
)  # fmt: skip
@click.option("-o", "--output", metavar="FILE", help="Write the report to a file.")
@click.option("--no-secrets", is_flag=True, help="Do not look for secrets, which takes most of the time.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="Most processes that read [default: processors].")
@click.pass_context
def command(ctx: click.Context, path: str, form: str, output: str | None, no_secrets: bool, jobs: int | None) -> None:
    """Read the suite at PATH, a folder with tests and cassettes, and tell what is wrong.

    Cassettes are playhead's or those of other tools; which is told from what they
    hold. Tests are parsed, and neither imported nor run. The report has, the most
    harmful first: secrets, files that cannot be read, requests that cannot match
    again, equal requests with different answers, what storage could be saved,
    huge files and slow answers, and recordings that no test explains. Its last
    lines are the next commands for this suite. Secrets are never printed.

    \b
    Examples:
      playhead doctor tests
      playhead doctor . --no-secrets --format html -o doctor.html

    Exit codes: 0 no secret of a known form, and all could be read, 1 such a secret,
    2 wrong usage, 3 a file could not be read, which outranks 1.
    """
    from playhead.cli.doctoring import examined

    ctx.exit(examined(path, form, output, secrets=not no_secrets, jobs=jobs))
