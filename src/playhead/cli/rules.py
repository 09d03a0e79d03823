"""`playhead rules`: print the catalogue of changes, for people, for programs, and for the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from playhead.contract.rules import Rule

__all__ = ["as_markdown", "command"]


@click.command("rules")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text",
    help="For people, for programs, or as a table.",
)  # fmt: skip
def command(form: str) -> None:
    """List the kinds of change that `playhead diff` finds.

    Each has an id, which is the same in every report and every edition; whether
    there is more than before, less, or something else; the severity when there is
    enough evidence; and the reason. A change read backwards falls under the rule
    named as the opposite.

    Findings of severity noise are not reported. Use [[tool.playhead.drift.severity]]
    in pyproject.toml to give a rule another severity, also for one endpoint or
    place only.

    \b
    Example:
      playhead rules
      playhead rules --format json
    """
    from playhead.contract.rules import RULES

    click.echo(_FORMATS[form](RULES.values()))


def as_text(rules: Iterable[Rule]) -> str:
    """Return two lines for each rule, in 80 columns."""
    return "\n".join(f"{_head(rule)}\n  {rule.consequence}" for rule in rules)


def _head(rule: Rule) -> str:
    opposite = "itself" if rule.opposite == rule.id else rule.opposite
    return f"{rule.id:<26}{rule.severity:<12}{rule.direction.value:<7}opposite: {opposite}"


def as_json(rules: Iterable[Rule]) -> str:
    """Return a JSON list with one object for each rule."""
    return json.dumps([_plain(rule) for rule in rules], indent=2)


def _plain(rule: Rule) -> dict[str, str]:
    return {
        "rule": rule.id,
        "opposite": rule.opposite,
        "direction": rule.direction.value,
        "severity": rule.severity.value,
        "whose": rule.whose.value,
        "breaking_from": rule.breaking_from.value,
        "reason": rule.consequence,
    }


def as_markdown(rules: Iterable[Rule]) -> str:
    """Return the table of docs/reference/rules.md."""
    rows = [
        f"| `{rule.id}` | {rule.direction.value} | {rule.severity} | `{rule.opposite}` | {rule.consequence} |"
        for rule in rules
    ]
    return "\n".join(["| rule | there is | severity | opposite | why |", "|---|---|---|---|---|", *rows])


_FORMATS: dict[str, Callable[[Iterable[Rule]], str]] = {
    "text": as_text,
    "json": as_json,
    "markdown": as_markdown,
}
