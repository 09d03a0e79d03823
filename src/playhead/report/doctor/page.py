"""The doctor's report as one self-contained page, without a script."""

from __future__ import annotations

from collections.abc import Iterable

from playhead.report.doctor.sections import Part, Report, counted_of
from playhead.report.pages import Parts, safe, sealed

__all__ = ["render"]


def render(report: Report, parts: Parts) -> str:
    """Return the page. `parts` are its markup and style."""
    contents = {
        "heading": safe(report.heading),
        "facts": "".join(f"<p>{safe(each)}</p>\n" for each in report.facts),
        "sections": "".join(map(_section, report.parts)) or "<p>Nothing is wrong with it.</p>",
        "commands": _items(f"<code>{safe(each)}</code>" for each in report.commands),
    }
    return sealed(parts, contents)


def _section(part: Part) -> str:
    examples = _items(f"<code>{safe(each.where)}</code> {safe(each.note)}" for each in part.examples)
    return (
        f"<section><h2>{safe(part.title)} <span>{safe(counted_of(part))}</span></h2>\n"
        f"<ul>{examples}</ul>\n<p>{safe(part.advice)}</p></section>\n"
    )


def _items(items: Iterable[str]) -> str:
    return "".join(f"<li>{each}</li>\n" for each in items)
