"""`playhead accept`: a finding that shall not fail the build any more, written down with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import click

from playhead.errors import UsageError
from playhead.services.comparing.judging import accepted_file
from playhead.store.acceptances import Entry, read_acceptances, write_acceptance

__all__ = ["command"]

_HEX = re.compile(r"[0-9a-f]{16}")


@click.command("accept")
@click.argument("fingerprint")
@click.option("--reason", required=True, help="Why the finding is accepted.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The last day on which it is.")
@click.option("--report", metavar="FILE", help="The finding's report (`diff --format json`): notes what it is about.")
@click.option("--file", "target", metavar="FILE", help="Where to write it; by default playhead-accepted.toml.")
def command(fingerprint: str, reason: str, until: object, report: str | None, target: str | None) -> None:
    """Note the finding FINGERPRINT as accepted, so that `playhead diff` no longer fails for it.

    The fingerprint stands at the end of each finding. It depends on the rule, the
    endpoint and the place alone: it stays the same when values or wording change.

    The entry goes to playhead-accepted.toml beside pyproject.toml, which you commit.
    Accepted findings are listed by `playhead diff --accepted`; entries that have
    expired, or whose finding is gone, are reported. Accepting a finding again
    replaces its entry.

    \b
    Example:
      playhead accept 91b4c0ffee15900d --reason "we never read it" --until 2027-01-31
    """
    if not reason.strip():
        raise UsageError("--reason is empty: say why the finding is accepted.")
    found = _in_report(report, fingerprint) if report else {}
    if not _HEX.fullmatch(found.get("fingerprint", fingerprint)):
        raise UsageError(f"{fingerprint} is no fingerprint: copy the sixteen hex digits that end a finding.")
    path = Path(target) if target else accepted_file()
    known = {each.fingerprint for each in read_acceptances(path)}
    entry = Entry(**{"fingerprint": fingerprint, **found}, reason=reason.strip(), until=_day(until))
    write_acceptance(path, entry)
    done = "accepted anew" if entry.fingerprint in known else "accepted"
    click.echo(f"{path}: {entry.fingerprint} {done}{f' until {entry.until}' if entry.until else ''}")


def _day(until: object) -> str:
    return "" if until is None else str(until)[:10]


def _in_report(path: str, fingerprint: str) -> Mapping[str, str]:
    """What the report says of the one finding whose fingerprint begins so."""
    try:
        findings = json.loads(Path(path).read_bytes())["findings"]
        told = [each for each in findings if each["fingerprint"].startswith(fingerprint)]
        rows = [{key: str(each[key]) for key in ("fingerprint", "rule", "endpoint", "place")} for each in told]
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{path} is no report: write one with `playhead diff --format json -o {path}`.") from None
    if len(rows) != 1:
        count = "no finding" if not rows else f"{len(rows)} findings"
        raise UsageError(f"{path} has {count} {fingerprint}: copy the fingerprint from the report.")
    return rows[0]
