"""The waterfall for a terminal: one row per interaction, in characters that can be told apart without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from playhead.model.cassette import Cassette, Exchange, Interaction
from playhead.report.exchanges import as_exchange, host_of, note_of, status_of, target_of, tone_of
from playhead.report.waterfall.sessions import Session, sessions_of, summary_of, ticks_of
from playhead.report.words import fitted, instant, squeezed, took_of, width_of
from playhead.text.words import printable

__all__ = ["ASCII", "LINES", "Marks", "render"]

_FEWEST_REQUEST = 14
_FEWEST_NOTE = 6
_FEWEST_BAR = 8
_TICK_COLUMNS = 11
# SGR codes of ECMA-48: dim, green, cyan, yellow, red, magenta.
_COLOURS = {"faint": "2", "good": "32", "moved": "36", "refused": "33", "failed": "31", "left": "35"}


class Marks(NamedTuple):
    """The characters of a bar; each takes one column."""

    start: str
    wait: str
    head: str
    body: str
    chunk: str
    end: str
    failed: str
    left: str
    grid: str
    more: str


LINES = Marks("├", "╌", "◆", "━", "●", "■", "✗", "○", "┊", "…")
ASCII = Marks("|", "-", "H", "=", "o", "#", "x", "?", ":", "...")
"""For encodings that lack the characters of `LINES`."""

_LEGEND = (
    ("start", "start"), ("wait", "waiting"), ("head", "head"), ("body", "receiving"),
    ("chunk", "chunk"), ("end", "end"), ("failed", "failure"), ("left", "given up"),
)  # fmt: skip


def render(
    cassette: Cassette, title: str, *, most: int, columns: int = 80, colour: bool = False, marks: Marks = LINES
) -> str:
    """Render the waterfall of a cassette.

    Args:
        cassette: The cassette.
        title: The first line.
        most: The maximum number of interactions.
        columns: The width, at least 40.
        colour: Add escape sequences for a terminal.
        marks: The characters to draw with.
    """
    recorded = f"; recorded {printable(cassette.recorded.at)}" if cassette.recorded.at else ""
    summary = summary_of(cassette.interactions) + recorded
    lines = [fitted(text, columns, marks.more) for text in (printable(title), summary)]
    lines += _Drawing(cassette.interactions[:most], columns, colour, marks).lines()
    left_out = len(cassette.interactions) - most
    if left_out > 0:
        lines += ["", *_wrapped(f"{left_out:,} more are left out: --range FIRST-LAST shows others.".split(), columns)]
    return "\n".join(lines) + "\n"


def _wrapped(parts: Sequence[str], columns: int, gap: str = " ") -> list[str]:
    lines = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(gap) + len(part) > columns:
            lines.append("")
        lines[-1] += (gap if lines[-1] else "") + part
    return lines


class _Drawing:
    """The rows of some interactions, which share their columns."""

    def __init__(self, interactions: Sequence[Interaction], columns: int, colour: bool, marks: Marks) -> None:
        exchanges = [as_exchange(each) for each in interactions]
        self._sessions = sessions_of(exchanges)
        self._columns = columns
        self._colour = colour
        self._marks = marks
        self._with_host = len({host_of(each.request.url) for each in exchanges}) > 1
        self._number = max([2, *(len(str(each.id)) for each in exchanges)])
        free = columns - self._number - len(" 200 ") - len("  ") - len(" 128.3 ms")
        longest = max((width_of(self._label(each)) for each in exchanges), default=0)
        self._request = max(min(longest, free * 2 // 5), min(_FEWEST_REQUEST, free - _FEWEST_BAR))
        self._bar = free - self._request

    def lines(self) -> Iterator[str]:
        """Yield a blank line, the scale and the rows of each session, and the legend at the end."""
        for session in self._sessions:
            yield ""
            if len(self._sessions) > 1:
                yield fitted(printable(session.title), self._columns, self._marks.more)
            ticks = ticks_of(session.from_us, session.to_us, max(3, self._bar // _TICK_COLUMNS))
            yield self._scale(session, ticks)
            grid = {self._column(session, tick) for tick in ticks}
            for interaction in session.interactions:
                yield self._row(session, interaction, grid)
        if self._sessions:
            yield ""
            legend = [f"{getattr(self._marks, name)} {word}" for name, word in _LEGEND]
            yield from (self._painted(line, "faint") for line in _wrapped(legend, self._columns, "  "))

    def _label(self, interaction: Exchange) -> str:
        request = interaction.request
        return printable(f"{request.method} {target_of(request.url, with_host=self._with_host)}")

    def _scale(self, session: Session, ticks: Sequence[int]) -> str:
        cells = [" "] * self._bar
        for tick in ticks:
            text, at = f"{self._marks.grid}{instant(tick)}", self._column(session, tick)
            if at + len(text) <= self._bar and set(cells[max(0, at - 1) : at + len(text)]) == {" "}:
                cells[at : at + len(text)] = text
        head = f"{'#':>{self._number}} {'':3} {'request':<{self._request}}"
        return self._painted(f"{head}  {''.join(cells)} {'took':>8}", "faint")

    def _row(self, session: Session, interaction: Exchange, grid: set[int]) -> str:
        timing, tone = interaction.timing, tone_of(interaction)
        status = self._painted(f"{status_of(interaction) or '-':<3}", tone)
        label = squeezed(self._label(interaction), self._request, self._marks.more)
        label += " " * (self._request - width_of(label))
        cells = enumerate(self._bar_of(session, interaction))
        bar = "".join(self._marks.grid if cell == " " and at in grid else cell for at, cell in cells)
        took = fitted(took_of(timing), 8, self._marks.more)
        return f"{interaction.id:>{self._number}} {status} {label}  {self._painted_bar(bar, tone)} {took:>8}"

    def _column(self, session: Session, at_us: int) -> int:
        return max(0, min(self._bar - 1, (at_us - session.from_us) * self._bar // session.span_us))

    def _bar_of(self, session: Session, interaction: Exchange) -> str:
        """Return the characters of a bar. If events share a column, the most important one is drawn."""
        timing, marks = interaction.timing, self._marks
        if not timing.known:
            return " " * self._bar
        first = self._column(session, timing.start_us)
        last = max(first, self._column(session, timing.last_us))
        head = last
        cells = [" "] * self._bar
        cells[first : last + 1] = marks.wait * (last + 1 - first)
        cells[first] = marks.start
        if interaction.response is not None:
            if timing.head_us is not None:
                head = min(last, max(first, self._column(session, timing.head_us)))
            cells[head : last + 1] = marks.body * (last + 1 - head)
            for at in {self._column(session, chunk.at_us) for chunk in timing.chunks}:
                cells[min(last, max(head, at))] = marks.chunk
            cells[head] = marks.head
        cells[last] = marks.failed if interaction.failure else marks.end if interaction.steady else marks.left
        rooms = ((last + 1, self._bar), (0, first), (first + 1, head))
        return self._annotated("".join(cells), note_of(interaction), rooms)

    def _annotated(self, bar: str, note: str, rooms: tuple[tuple[int, int], ...]) -> str:
        """Add a note to a bar in the first free room: to its right, to its left, or in the wait for the head."""
        columns = [end - start - 2 for start, end in rooms]
        if not note or max(columns) < _FEWEST_NOTE:
            return bar
        index = next((at for at, free in enumerate(columns) if free >= len(note)), columns.index(max(columns)))
        start, end = rooms[index]
        text = f" {fitted(printable(note), columns[index], self._marks.more)} "
        at = end - width_of(text) if start == 0 else start
        return bar[:at] + text + bar[at + width_of(text) :]

    def _painted_bar(self, bar: str, tone: str) -> str:
        quiet = (" ", self._marks.grid, self._marks.wait)
        runs = groupby(bar, key=lambda cell: cell in quiet)
        return "".join(self._painted("".join(run), "faint" if faint else tone) for faint, run in runs)

    def _painted(self, text: str, tone: str) -> str:
        return f"\x1b[{_COLOURS[tone]}m{text}\x1b[0m" if self._colour else text
