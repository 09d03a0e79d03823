"""The waterfall as one self-contained page. It can be read and printed without its script.

Markup, style and script come from the files beside this module.
"""

from __future__ import annotations

from html import escape

from playhead.model.cassette import Cassette, Exchange
from playhead.report.exchanges import as_exchange, host_of, note_of, status_of, target_of, tone_of
from playhead.report.pages import Parts, safe, sealed
from playhead.report.waterfall.bars import bar, grid, place_of, scale
from playhead.report.waterfall.details import details
from playhead.report.waterfall.sessions import Session, sessions_of, summary_of, ticks_of
from playhead.report.words import took_of

__all__ = ["Parts", "render"]

_TICKS = 6
_NOTHING = '<p class="nothing">There is nothing on this cassette.</p>'


def render(cassette: Cassette, title: str, parts: Parts, *, most: int) -> str:
    """Render the page of a cassette.

    Args:
        cassette: The cassette.
        title: Its path; the last part is the heading of the page.
        parts: The page without contents.
        most: The maximum number of interactions.
    """
    interactions = [as_exchange(each) for each in cassette.interactions[:most]]
    with_host = len({host_of(each.request.url) for each in interactions}) > 1
    sessions = sessions_of(interactions)
    contents = {
        "name": safe(title.replace("\\", "/").rpartition("/")[2]),
        "summary": _summary(cassette, most),
        "sessions": "".join(_session(each, with_host, alone=len(sessions) == 1) for each in sessions) or _NOTHING,
    }
    return sealed(parts, contents)


def _summary(cassette: Cassette, most: int) -> str:
    recorded = f"; recorded {safe(cassette.recorded.at)}" if cassette.recorded.at else ""
    left_out = len(cassette.interactions) - most
    rest = f" The last {left_out:,} are left out: <code>--range FIRST-LAST</code> shows others." if left_out > 0 else ""
    return f"{summary_of(cassette.interactions)}{recorded}.{rest}"


def _session(session: Session, with_host: bool, *, alone: bool) -> str:
    ticks = ticks_of(session.from_us, session.to_us, _TICKS)
    label = f"session-{session.number}"
    rows = "\n".join(_row(session, each, with_host) for each in session.interactions)
    return (
        f'<section class="session" aria-labelledby="{label}" data-from="{session.from_us}" data-to="{session.to_us}">\n'
        f'<h2 id="{label}"{" class=unseen" if alone else ""}><span>{safe(session.title)}</span></h2>\n'
        f"{grid(session, ticks)}\n"
        '<div class="scale" aria-hidden="true"><div class="what"><span class="number">#</span>'
        '<span class="status">status</span><span class="request">request</span><span class="took">took</span></div>'
        f'<div class="track">{scale(session, ticks)}</div></div>\n<ol role="list">\n{rows}\n</ol>\n</section>\n'
    )


def _row(session: Session, interaction: Exchange, with_host: bool) -> str:
    request, timing = interaction.request, interaction.timing
    note = note_of(interaction)
    took = took_of(timing)
    return (
        f'<li><details><summary data-at="{place_of(session, timing.start_us)[:-1]}">'
        f'<span class="what"><span class="number">{interaction.id}</span> '
        f'<span class="status {tone_of(interaction)}">{status_of(interaction) or _no_status(interaction)}</span> '
        f'<span class="request"><b>{safe(request.method)}</b> '
        f"<span>{safe(target_of(request.url, with_host=with_host))}</span>"
        f"{f' <em>{safe(note)}</em>' if note else ''}</span> "
        f'<span class="took"><span class="unseen">took </span>{took}</span></span>'
        f'<span class="track">{bar(session, interaction)}</span></summary>{details(interaction)}</details></li>'
    )


def _no_status(interaction: Exchange) -> str:
    """Return a mark in place of a status; the note beside the request names the outcome."""
    return f'<span aria-hidden="true">{escape("○" if interaction.abandoned else "✗")}</span>'
