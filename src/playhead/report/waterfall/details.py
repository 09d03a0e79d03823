"""The details of one interaction, shown when its row is opened. All text from cassettes is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from playhead.model.cassette import Exchange
from playhead.model.http import BodyFile, Headers, Request, Response
from playhead.model.timing import Timing
from playhead.report.exchanges import NO_STATUS, note_of
from playhead.report.pages import safe
from playhead.report.words import duration, excerpt, instant, length_of, size
from playhead.text.words import counted

__all__ = ["details"]

_MOST_OF_A_BODY = 2000
_MOST_CHUNKS = 100
_MOST_HEADERS = 100


def details(interaction: Exchange) -> str:
    """Render request, outcome, events and chunks of an interaction."""
    return (
        '<div class="details"><div class="facts">'
        f"{_section('What', _facts(interaction))}{_section('When', _events(interaction.timing))}"
        f"{_chunks(interaction.timing)}</div>"
        f'<div class="messages">{_message("Request", interaction.request)}{_answer(interaction.response)}</div></div>'
    )


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in rows)
    return f"<section><h4>{title}</h4><dl>{items}</dl></section>"


def _facts(interaction: Exchange) -> Iterator[tuple[str, str]]:
    response, failure = interaction.response, interaction.failure
    yield "Method", safe(interaction.request.method)
    yield "URL", safe(interaction.request.url)
    if response is not None and response.status != NO_STATUS:
        yield "Status", safe(f"{response.status} {response.reason}")
        yield "Version", safe(response.http)
    if failure is not None:
        yield "Failure", safe(failure.kind)
        if failure.message:
            yield "Message", safe(failure.message)
        yield "Failed after", safe(failure.after)
    elif note_of(interaction):
        yield "Ended", safe(note_of(interaction))
    if interaction.origin:
        yield "Recorded by", safe(interaction.origin)


def _events(timing: Timing) -> Iterator[tuple[str, str]]:
    if not timing.known:
        yield "Times", "none recorded"
        return
    yield "Start", f"at {instant(timing.start_us)}"
    named = (
        ("Connected", timing.connected_us),
        ("Sent", timing.sent_us),
        ("Head", timing.head_us),
        ("End", timing.end_us),
    )
    for name, at_us in named:
        if at_us is not None:
            yield name, f"{duration(max(0, at_us - timing.start_us))} after the start"


def _chunks(timing: Timing) -> str:
    if not timing.chunks:
        return ""
    rows = "".join(
        f"<tr><td>{number}</td><td>{duration(max(0, chunk.at_us - timing.start_us))}</td>"
        f"<td>{size(chunk.size_bytes)}</td><td>{duration(chunk.waited_us)}</td></tr>"
        for number, chunk in enumerate(timing.chunks[:_MOST_CHUNKS], 1)
    )
    left_out = len(timing.chunks) - _MOST_CHUNKS
    rest = f"<p>… and {counted(left_out, 'chunk')} more</p>" if left_out > 0 else ""
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("#", "After", "Size", "Waited for"))
    return (
        f"<section><h4>Chunks</h4><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{rest}</section>"
    )


def _answer(response: Response | None) -> str:
    return "" if response is None else _message("Response", response)


def _message(title: str, message: Request | Response) -> str:
    body = message.body
    coding = f", {safe(message.coding)} undone" if message.coding else ""
    block = ""
    if isinstance(body, BodyFile) or body:
        block = f"<pre>{escape(excerpt(body, _MOST_OF_A_BODY))}</pre>"
    heading = f"{title} <small>{size(length_of(body))}{coding}</small>"
    return f"<section><h4>{heading}</h4>{_headers(message.headers)}{block}</section>"


def _headers(headers: Headers) -> str:
    rows = "".join(f"<div><dt>{safe(name)}</dt><dd>{safe(value)}</dd></div>" for name, value in headers[:_MOST_HEADERS])
    left_out = len(headers) - _MOST_HEADERS
    rest = f"<p>… and {counted(left_out, 'header')} more</p>" if left_out > 0 else ""
    return f'<dl class="headers">{rows}</dl>{rest}' if rows else ""
