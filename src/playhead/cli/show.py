"""`playhead show`: print a cassette, draw its timeline, or write it as a page for the browser."""

from __future__ import annotations

import click

from playhead.cli.options import ShowOptions, taking

__all__ = ["command"]


@click.command("show")
@click.argument("cassette", metavar="CASSETTE")
@click.option("--timeline", "form", flag_value="timeline", help="Draw when everything happened, as a waterfall.")
@click.option("--html", "page", metavar="FILE", help="Write the waterfall as one page for the browser.")
@click.option("--json", "form", flag_value="json", help="Print JSON, for programs.")
@click.option("--range", "numbers", metavar="FIRST-LAST", help="Only these interactions, by their numbers.")
@taking(ShowOptions)
def command(options: ShowOptions) -> int:
    """Show the contents of CASSETTE: every request with its answer, and when they happened.

    \b
    The columns:
      #      the number of the interaction
      start  when the request started, from the beginning of the recording
      head   the time until the status and headers of the answer arrived
      end    the time until all of the answer had arrived
      size   the size of the answer's body

    The bodies sent (>) and received (<) follow, each truncated to one line.

    With --timeline or --html each interaction is a bar on a time scale.

    \b
    Examples:
      playhead show cassettes/test_users/test_get.json
      playhead show cassettes/test_users/test_get.json --timeline
      playhead show cassettes/test_users/test_get.json --html timeline.html
    """
    from playhead.cli.showing import show

    return show(options)
