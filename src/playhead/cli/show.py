"""`playhead show`: a cassette at a glance."""

from __future__ import annotations

import click

from playhead.cli.listing import as_json, as_text
from playhead.store.cassettes import load

__all__ = ["command"]


@click.command("show")
@click.argument("cassette", metavar="CASSETTE")
@click.option("--json", "form", flag_value="json", help="Print it as JSON, for programs.")
def command(cassette: str, form: str | None) -> None:
    """Show what is on CASSETTE: every request with its answer, and when it happened.

    \b
    The columns:
      #      the number of the interaction
      start  when the request started, from the beginning of the recording
      head   how long until the status and headers of the answer came
      end    how long until all of it was there
      size   of the body that came back

    Below each line are the bodies, sent (>) and received (<), cut to one line.

    \b
    Example:
      playhead show cassettes/test_users/test_get.json
    """
    loaded = load(cassette)
    click.echo(as_json(loaded) if form else as_text(loaded, cassette))
