"""`playhead rules`: the catalogue of changes, for people, for programs, and for the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

import click

from playhead.contract.rules import RULES, Rule

__all__ = ["as_markdown", "command"]


@click.command("rules")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text",
    help="For people, for programs, or as a table.",
)  # fmt: skip
def command(form: str) -> None:
    """List the kinds of change that `playhead diff` finds.

    Each has an id, which is the same in every report and every edition; whether
    there is more than before, less, or something else; how bad it is when the
    evidence is good; and why. A change read backwards falls under the rule that
    is named as the opposite.

    Findings of noise are not reported. [[tool.playhead.drift.severity]] in
    pyproject.toml gives a rule another severity, at one endpoint or place too.

    \b
    Example:
      playhead rules
      playhead rules --format json
    """
    click.echo(_FORMATS[form](RULES.values()))


def as_text(rules: Iterable[Rule]) -> str:
    """Two lines for each rule, in 80 columns."""
    return "\n".join(f"{_head(rule)}\n  {rule.consequence}" for rule in rules)


def _head(rule: Rule) -> str:
    opposite = "itself" if rule.opposite == rule.id else rule.opposite
    return f"{rule.id:<26}{rule.severity:<12}{rule.direction.value:<7}opposite: {opposite}"


def as_json(rules: Iterable[Rule]) -> str:
    """A list of objects."""
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
    """The table of docs/reference/rules.md."""
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
