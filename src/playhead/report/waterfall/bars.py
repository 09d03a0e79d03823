"""The bars of the page as SVG. Places are percentages of the session, so that zooming does not distort marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from playhead.model.cassette import Exchange
from playhead.model.timing import Timing
from playhead.report.exchanges import tone_of
from playhead.report.waterfall.sessions import Session
from playhead.report.words import instant

__all__ = ["bar", "grid", "place_of", "scale"]

_FINENESS = 500
"""Chunks closer together than this fraction of a session are drawn as one. The table of chunks lists them all."""


def place_of(session: Session, at_us: int) -> str:
    """Return the place of an instant as a percentage of the session with three decimals, between 0 and 100."""
    return _percent(_thousandths(session, at_us))


def _thousandths(session: Session, at_us: int) -> int:
    return max(0, min(100_000, (at_us - session.from_us) * 100_000 // session.span_us))


def _percent(thousandths: int) -> str:
    return f"{thousandths // 1000}.{thousandths % 1000:03}%"


def scale(session: Session, ticks: Iterable[int]) -> str:
    """Render the times above the bars.

    Args:
        session: The session.
        ticks: Instants in microseconds, from `ticks_of`.
    """
    texts = "".join(
        f'<text x="{place_of(session, tick)}" dx="4" y="15">{escape(instant(tick))}</text>' for tick in ticks
    )
    return f'<svg class="ticks">{texts}</svg>'


def grid(session: Session, ticks: Iterable[int]) -> str:
    """Render the lines behind the bars, below the times of the scale.

    Args:
        session: The session.
        ticks: Instants in microseconds, from `ticks_of`.
    """
    return f'<svg class="grid" aria-hidden="true">{"".join(_line(place_of(session, tick)) for tick in ticks)}</svg>'


def _line(place: str) -> str:
    return f'<line x1="{place}" x2="{place}" y1="0" y2="100%"/>'


def bar(session: Session, interaction: Exchange) -> str:
    """Render an interaction: the connection, the wait for the head, the body, and a mark for each event."""
    return f'<svg class="bar {tone_of(interaction)}" aria-hidden="true">{"".join(_parts(session, interaction))}</svg>'


def _parts(session: Session, interaction: Exchange) -> Iterator[str]:
    timing = interaction.timing
    if not timing.known:
        return
    last_us = max(timing.start_us, timing.last_us)
    if timing.connected_us is not None:
        yield _stretch("connect", session, timing.start_us, min(timing.connected_us, last_us))
    answered = interaction.response is not None
    head_us = last_us if timing.head_us is None or not answered else min(timing.head_us, last_us)
    yield _stretch("wait", session, min(timing.connected_us or timing.start_us, head_us), head_us)
    if answered:
        yield _stretch("body", session, head_us, last_us)
    yield _mark("start", place_of(session, timing.start_us))
    if answered:
        yield from (_mark("chunk", place) for place in _chunk_places(session, timing))
        yield _mark("head", place_of(session, head_us))
    yield _mark(
        "failed" if interaction.failure else "end" if interaction.steady else "left", place_of(session, last_us)
    )


def _chunk_places(session: Session, timing: Timing) -> Iterator[str]:
    drawn: set[int] = set()
    for chunk in timing.chunks:
        near = (chunk.at_us - session.from_us) * _FINENESS // session.span_us
        if near not in drawn:
            drawn.add(near)
            yield place_of(session, chunk.at_us)


def _stretch(kind: str, session: Session, from_us: int, to_us: int) -> str:
    start, end = _thousandths(session, from_us), _thousandths(session, to_us)
    y, height = {"connect": (11, 2), "wait": (11, 2), "body": (8, 8)}[kind]
    width = _percent(max(0, end - start))
    return f'<rect class="{kind}" x="{_percent(start)}" y="{y}" width="{width}" height="{height}"/>'


def _mark(kind: str, place: str) -> str:
    if kind == "start":
        return f'<line class="start" x1="{place}" x2="{place}" y1="7" y2="17"/>'
    return f'<use class="{kind}" href="#mark-{kind}" x="{place}" y="12"/>'
