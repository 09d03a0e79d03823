"""`playhead accept`: note a finding as accepted, with the reason."""

from __future__ import annotations

import click

from playhead.cli.options import AcceptOptions, taking

__all__ = ["command"]


@click.command("accept")
@click.argument("fingerprint")
@click.option("--reason", required=True, help="Why the finding is accepted.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Last day of the acceptance.")
@click.option("--report", metavar="FILE", help="Report of `diff --format json`, to note what the finding is about.")
@click.option("--file", "target", metavar="FILE", help="File to write to; by default playhead-accepted.toml.")
@taking(AcceptOptions)
def command(options: AcceptOptions) -> int:
    """Accept the finding FINGERPRINT, so that `playhead diff` no longer fails because of it.

    The fingerprint is printed at the end of each finding. It depends only on rule,
    endpoint and place: it stays the same when values or wording change.

    The entry is added to playhead-accepted.toml beside pyproject.toml; commit that
    file. `playhead diff --accepted` lists accepted findings. Entries that have
    expired, or whose finding is gone, are reported. Accepting a finding again
    replaces its entry.

    \b
    Example:
      playhead accept 91b4c0ffee15900d --reason "unused" --until 2027-01-31
    """
    from playhead.cli.accepting import accept

    return accept(options)
