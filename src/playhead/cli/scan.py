"""`playhead scan`: look for secrets in committed cassettes."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("scan")
@click.argument("sources", metavar="CASSETTES...", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
    help="Format of the report.",
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, sources: tuple[str, ...], form: str) -> None:
    """Look for secrets in CASSETTES: files, or folders including their large bodies and journals.

    The rules are those of the check before a cassette is written, with the `redact`
    setting of the project. Secrets of a known form, such as a provider's key, a JWT
    or a private key, are sure hits, also inside base64, and so are the values of
    secret environment variables that are set. Other values under a secret name are
    possible hits. Secrets are never printed, only rule, file, interaction and place.

    \b
    Examples:
      playhead scan cassettes
      playhead scan cassettes/test_users/test_get.json --format json

    Exit codes: 0 no sure hit, 1 a sure hit, 2 wrong usage (also a path that does not
    exist), 3 something could not be read, which outranks 1.
    """
    from playhead.cli.scanning import scan

    ctx.exit(scan(sources, form))
