"""The judgement that a project wants for drift: its settings and its file of accepted findings, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from playhead.contract.accepting import accepting
from playhead.contract.comparison import Comparison
from playhead.contract.findings import Acceptance
from playhead.contract.policy import Override, Policy
from playhead.contract.rules import RULES, Severity
from playhead.errors import UsageError
from playhead.realtime import utc_now
from playhead.services.comparing.acceptances import read_acceptances
from playhead.services.openapi_files import openapi_paths
from playhead.settings.drift import DriftTable, SeverityRow
from playhead.settings.grammar import known_name, listed
from playhead.settings.surroundings import root
from playhead.settings.table import find_pyproject, load_table

__all__ = ["Judging", "accepted_file", "judging"]


@dataclass(frozen=True, slots=True)
class Judging:
    """The policy of a project, and what it has accepted as of `today`."""

    policy: Policy = field(default_factory=Policy)
    acceptances: tuple[Acceptance, ...] = ()
    today: str = ""

    def with_accepted_apart(self, comparison: Comparison) -> Comparison:
        """Return the comparison with accepted findings set apart."""
        return accepting(comparison, self.acceptances, self.today) if self.acceptances else comparison


def judging(folder: Path | None = None, *, accepted: Path | None = None) -> Judging:
    """Return the judging of the project that `folder` (by default where paths start) belongs to.

    Raises `UsageError` if its settings are invalid.
    """
    start = folder or root()
    table = load_table(start).drift
    documents = (_folder(start) / path for path in table.openapi)
    templates = (*table.templates, *(each for document in documents for each in openapi_paths(document)))
    return Judging(
        Policy(_overrides(table.severity), templates, table.slower_than),
        read_acceptances(accepted or accepted_file(start)),
        utc_now().astimezone().date().isoformat(),
    )


def accepted_file(folder: Path | None = None) -> Path:
    """Return the file of accepted findings: beside pyproject.toml, or in the folder itself if there is none."""
    start = folder or root()
    table: DriftTable = load_table(start).drift
    return _folder(start) / table.accepted


def _folder(start: Path) -> Path:
    pyproject = find_pyproject(start.absolute())
    return pyproject.parent if pyproject is not None else start


def _overrides(rows: Iterable[SeverityRow]) -> tuple[Override, ...]:
    return tuple(_override(row) for row in rows)


def _override(row: SeverityRow) -> Override:
    if "*" not in row.rule:
        known_name(row.rule, RULES, "[[tool.playhead.drift.severity]]: rule")
    severities = [each.value for each in reversed(Severity)]
    if row.severity not in severities:
        raise UsageError(
            f'[[tool.playhead.drift.severity]]: severity cannot be "{row.severity}": there is {listed(severities)}.'
        )
    return Override(Severity(row.severity), row.rule, row.endpoint, row.place)
