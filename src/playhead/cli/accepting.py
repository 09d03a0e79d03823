"""Add an entry to the file of accepted findings: the work of `playhead accept`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from playhead.cli.exits import NOTHING
from playhead.cli.options import AcceptOptions
from playhead.contract.findings import Acceptance
from playhead.errors import UsageError
from playhead.services.comparing.acceptances import read_acceptances, write_acceptance
from playhead.services.comparing.judging import accepted_file

__all__ = ["accept"]

_HEX = re.compile(r"[0-9a-f]{16}")


def accept(options: AcceptOptions) -> int:
    """Write the entry, print it, and return the exit code.

    Raises:
        UsageError: The reason is empty, or the fingerprint is malformed or not in the report.
    """
    fingerprint, reason = options.fingerprint, options.reason.strip()
    if not reason:
        raise UsageError("--reason is empty: say why the finding is accepted.")
    found = _in_report(options.report, fingerprint) if options.report else {}
    if not _HEX.fullmatch(found.get("fingerprint", fingerprint)):
        raise UsageError(f"{fingerprint} is not a fingerprint: copy the sixteen hex digits at the end of a finding.")
    path = Path(options.target) if options.target else accepted_file()
    known = {each.fingerprint for each in read_acceptances(path)}
    entry = Acceptance(**{"fingerprint": fingerprint, **found}, reason=reason, until=_day(options.until))
    write_acceptance(path, entry)
    done = "accepted anew" if entry.fingerprint in known else "accepted"
    click.echo(f"{path}: {entry.fingerprint} {done}{f' until {entry.until}' if entry.until else ''}")
    return NOTHING


def _day(until: datetime | None) -> str:
    return "" if until is None else until.date().isoformat()


def _in_report(path: str, fingerprint: str) -> Mapping[str, str]:
    """Return the fields of the one finding in the report whose fingerprint starts with `fingerprint`."""
    try:
        findings = json.loads(Path(path).read_bytes())["findings"]
        told = [each for each in findings if each["fingerprint"].startswith(fingerprint)]
        rows = [{key: str(each[key]) for key in ("fingerprint", "rule", "endpoint", "place")} for each in told]
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"{path} is not a report: write one with `playhead diff --format json -o {path}`.") from None
    if len(rows) != 1:
        count = "no finding" if not rows else f"{len(rows)} findings"
        raise UsageError(f"{path} has {count} {fingerprint}: copy the fingerprint from the report.")
    return rows[0]
