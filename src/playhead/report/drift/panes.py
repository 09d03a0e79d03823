"""The two recordings of a finding beside one another: request, answer, and the changed place marked.

All text from cassettes is escaped here.
"""

from __future__ import annotations

from html import escape

from playhead.contract.exhibits import Exhibit, Pair
from playhead.contract.places import Place
from playhead.model.http import BodyFile, Headers, Request, Response
from playhead.report.drift.lines import Line, lines_of
from playhead.report.exchanges import NO_STATUS, as_exchange
from playhead.report.pages import safe
from playhead.report.words import length_of, size
from playhead.text.words import counted, printable

__all__ = ["panes"]

_MOST_HEADERS = 60
_TAGS = {"here": "mark", "absent": "ins", "more": "i"}
_NOWHERE = Place("")


def panes(pair: Pair, place: Place) -> str:
    """Render both recordings of a finding beside one another.

    Args:
        pair: The recordings.
        place: The changed place.
    """
    return f'<div class="panes">{_pane("Before", pair.old, place)}{_pane("Now", pair.new, place)}</div>'


def _pane(title: str, exhibit: Exhibit | None, place: Place) -> str:
    if exhibit is None:
        return f'<section class="pane"><h4>{title}</h4><p class="nothing">There is no recording to show.</p></section>'
    exchange = as_exchange(exhibit.interaction)
    request, response = exchange.request, exchange.response
    where = f"<small>{safe(exhibit.file)}:{exhibit.line}, interaction {exhibit.id}</small>"
    answer = '<p class="status">no answer</p>' if response is None else _answer(response, place)
    if exchange.failure is not None:
        answer += f'<p class="status">{safe(exchange.failure.kind)}</p>'
    return f'<section class="pane"><h4>{title} {where}</h4>{_request(request, place)}{answer}</section>'


def _request(request: Request, place: Place) -> str:
    url = safe(request.url)
    if place.part in ("query", "host", "base path"):
        url = f"<mark>{url}</mark>"
    return f'<p class="asked"><b>{safe(request.method)}</b> {url}</p>' + _body(
        "Sent", request, place if place.ours else _NOWHERE, folded=not place.ours
    )


def _answer(response: Response, place: Place) -> str:
    status = "returned"
    if response.status != NO_STATUS:
        status = safe(f"{response.status} {response.reason}".rstrip())
    if place.part == "status":
        status = f"<mark>{status}</mark>"
    body = _body("Answered", response, _NOWHERE if place.ours else place, folded=False)
    return f'<p class="status">{status}</p>{_headers(response.headers, place)}{body}'


def _headers(headers: Headers, place: Place) -> str:
    name = place.name.lower() if place.part == "header" else ""
    rows = [_header(key, value, key.lower() == name) for key, value in headers[:_MOST_HEADERS]]
    if name and not any(key.lower() == name for key, _ in headers):
        rows.append(f"<ins>no {safe(place.name)}</ins>")
    left_out = len(headers) - _MOST_HEADERS
    if left_out > 0:
        rows.append(f"<i>… {counted(left_out, 'more header')}</i>")
    if not rows:
        return ""
    text = "".join(f"<span>{row}</span>" for row in rows)
    title = counted(len(headers), "header")
    return f"<details{' open' * bool(name)}><summary>{title}</summary><pre>{text}</pre></details>"


def _header(name: str, value: str, marked: bool) -> str:
    text = f"{safe(name)}: {safe(value)}"
    return f"<mark>{text}</mark>" if marked else text


def _body(title: str, message: Request | Response, place: Place, *, folded: bool) -> str:
    if not (isinstance(message.body, BodyFile) or message.body):
        return ""
    text = "".join(f"<span>{_line(line)}</span>" for line in lines_of(message.body, place))
    block = f"<pre>{text}</pre>"
    if not folded:
        return block
    return f"<details><summary>{title} {size(length_of(message.body))}</summary>{block}</details>"


def _line(line: Line) -> str:
    text = escape(printable(line.text))
    tag = _TAGS.get(line.mark)
    if tag is None:
        return text
    indent = len(line.text) - len(line.text.lstrip(" "))
    return f"{text[:indent]}<{tag}>{text[indent:]}</{tag}>"
