"""`[tool.playhead.drift]` in pyproject.toml: the settings of a project for judging drift. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from playhead.errors import UsageError
from playhead.settings.grammar import known_name

__all__ = ["ACCEPTED", "DriftTable", "SeverityRow", "read_drift"]

ACCEPTED = "playhead-accepted.toml"
_NAMES = ("accepted", "templates", "openapi", "slower_than", "severity")
_ROW_NAMES = ("rule", "endpoint", "place", "severity")


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """Another severity for a rule, at some endpoints and places; `*` stands for any text."""

    severity: str
    rule: str = "*"
    endpoint: str = "*"
    place: str = "*"


@dataclass(frozen=True, slots=True)
class DriftTable:
    """The settings as the file has them. `accepted` and `openapi` are paths from the folder of the file."""

    accepted: str = ACCEPTED
    templates: tuple[str, ...] = ()
    openapi: tuple[str, ...] = ()
    slower_than: float | None = None
    severity: tuple[SeverityRow, ...] = ()


def read_drift(section: object, where: str) -> DriftTable:
    """Validate the table and return its settings. `where` names the table in messages."""
    if not isinstance(section, dict):
        raise UsageError(f"{where}: drift is a table: write [tool.playhead.drift], and a line for each option.")
    for name in section:
        known_name(name, _NAMES, f"{where}: drift")
    return DriftTable(
        accepted=_text(section, "accepted", ACCEPTED, where),
        templates=tuple(_texts(section, "templates", where)),
        openapi=tuple(_texts(section, "openapi", where)),
        slower_than=_factor(section.get("slower_than"), where),
        severity=tuple(_rows(section.get("severity", []), where)),
    )


def _text(section: Mapping[str, object], name: str, default: str, where: str) -> str:
    value = section.get(name, default)
    if isinstance(value, str) and value:
        return value
    raise UsageError(f"{where}: drift.{name} cannot be {value!r}: it is a text.")


def _texts(section: Mapping[str, object], name: str, where: str) -> Iterator[str]:
    values = section.get(name, [])
    if not isinstance(values, list) or not all(isinstance(each, str) and each for each in values):
        raise UsageError(f"{where}: drift.{name} cannot be {values!r}: it is a list of texts.")
    yield from values


def _factor(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 1:
        return float(value)
    raise UsageError(f"{where}: drift.slower_than cannot be {value!r}: it is a number above 1, such as 2.")


def _rows(rows: object, where: str) -> Iterator[SeverityRow]:
    place = f"{where}: drift.severity"
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{place} is a list of tables: write [[tool.playhead.drift.severity]] for each.")
    for row in rows:
        for name, value in row.items():
            known_name(name, _ROW_NAMES, place)
            if not isinstance(value, str):
                raise UsageError(f"{place}: {name} cannot be {value!r}: it is a text.")
        if "severity" not in row:
            raise UsageError(f"{place}: a row has no severity: add breaking, risky, compatible or noise.")
        yield SeverityRow(**row)
