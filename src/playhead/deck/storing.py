"""Turns a finished exchange into its stored form.

Content codings are undone first, then secrets redacted, so that redaction sees what a person would see. Large bodies go
from file to file, piece by piece.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from playhead.deck.salvage import codings_of, searched, size_of, undone
from playhead.model.cassette import Exchange, Interaction
from playhead.model.http import BodyFile, Request, Response, with_length
from playhead.model.timing import resized
from playhead.redaction.calls import redacted
from playhead.redaction.edits import Edit
from playhead.redaction.numbering import Numbers, NumbersInPieces, new_numbers
from playhead.redaction.redact import Redactor
from playhead.redaction.streams import BodyStream
from playhead.store.bodies import iter_body
from playhead.store.held import HeldFile
from playhead.store.orphans import drop_bodies, files_of
from playhead.store.spools import HeldSpool, Spool
from playhead.text.media_types import content_type

__all__ = ["Codings", "holds_any", "numbered", "redacted_again", "stored_exchange"]

Body = bytes | BodyFile
Codings = Callable[[], Sequence[frozenset[str]]]
"""Gives the content codings that each client library which is loaded undoes for its callers."""


def stored_exchange(
    exchange: Exchange, redactor: Redactor, folder: Path, codings: Codings, *, final: bool = False
) -> Exchange:
    """Return the exchange as it goes to the journal, and to the cassette in `folder`.

    Large bodies that are not `final` are for the owner only, until the recording ends.
    """
    decoded = _decoded(exchange, redactor, folder)
    stored = _with_file_redacted(redactor.exchange(decoded), exchange.request, redactor, folder, final=final)
    kept = stored
    if _left_encoded(decoded, codings) and _same(_body(stored), _body(decoded)):
        kept = replace(stored, response=_as_received(stored, exchange, folder, final=final), timing=exchange.timing)
        _drop(_body(stored))
    for each in (exchange, decoded):
        body = _body(each)
        if isinstance(body, HeldFile):
            body.close()
    return kept


def redacted_again(interaction: Interaction, redactor: Redactor, folder: Path, learned: Sequence[bytes]) -> Interaction:
    """Redact an interaction once more for secrets that became known since; `learned` are their spellings.

    A large body in which one stands is written anew. The old file stays: a journal may name it.
    """
    again = redacted(redactor, interaction)
    if isinstance(again, Exchange) and isinstance(again.request.body, BodyFile):
        again = replace(again, request=_upload_again(again.request, redactor, folder, learned))
    if isinstance(again, Exchange) and _holds(_body(again), learned):
        again = _with_file_redacted(again, again.request, redactor, folder, final=False)
    return again


def numbered(interactions: Sequence[Interaction], redactor: Redactor, folder: Path) -> list[Interaction]:
    """Give the placeholders numbers in the order of the interactions. Large bodies are written anew for that."""

    def in_file(body: BodyFile) -> tuple[BodyFile, list[Edit]]:
        stage = NumbersInPieces(numbers)
        target = Spool(folder, large_bytes=0, final=False)
        copy = _spooled(target, chain((stage.feed(piece) for piece in iter_body(body, ())), _last(stage)))
        assert isinstance(copy, BodyFile)
        return copy, stage.edits

    numbers = new_numbers(interactions, lambda body: iter_body(body, ()), redactor.first_number)
    return list(map(Numbers(numbers, in_file), interactions)) if numbers else list(interactions)


def _last(stage: NumbersInPieces) -> Iterator[bytes]:
    yield stage.feed(b"", final=True)


def holds_any(interaction: Interaction, spellings: Sequence[bytes]) -> bool:
    """Return True if one of these stands in a large body of the interaction."""
    return any(_holds(body, spellings) for body in files_of(interaction))


def _upload_again(request: Request, redactor: Redactor, folder: Path, learned: Sequence[bytes]) -> Request:
    old = request.body
    if not _holds(old, learned):
        return request
    assert isinstance(old, BodyFile)
    media_type = content_type(request.headers)
    body, _ = _redacted_copy(old, (), redactor, lambda: redactor.stream(media_type), folder, final=False)
    return replace(request, body=body)


def _holds(body: Body, spellings: Sequence[bytes]) -> bool:
    """Return True if one of the spellings stands in a body that is a file."""
    if not isinstance(body, BodyFile) or not spellings:
        return False
    overlap = max(map(len, spellings)) - 1
    before = b""
    for piece in iter_body(body, ()):
        window = before + piece
        if any(spelling in window for spelling in spellings):
            return True
        before = window[-overlap:] if overlap else b""
    return False


def _left_encoded(decoded: Exchange, undone: Codings) -> bool:
    """Return True if clients hand on the body as it came, since they do not know the coding that was undone here."""
    coding = None if decoded.response is None else decoded.response.coding
    return coding is not None and not all(coding in codings for codings in undone())


def _as_received(stored: Exchange, exchange: Exchange, folder: Path, *, final: bool) -> Response | None:
    if stored.response is None or exchange.response is None:
        return stored.response
    body = exchange.response.body
    if isinstance(body, HeldFile):
        body = _spooled(Spool(folder, final=final), iter_body(body, ()))
    return replace(stored.response, body=body, coding=None)


def _same(one: Body, other: Body) -> bool:
    if isinstance(one, BodyFile) and isinstance(other, BodyFile):
        return one.sha256 == other.sha256
    return one == other


def _body(exchange: Exchange) -> Body:
    return b"" if exchange.response is None else exchange.response.body


def _decoded(exchange: Exchange, redactor: Redactor, folder: Path) -> Exchange:
    """Undo the content coding of the response, if it can be undone."""
    response = exchange.response
    codings = [] if response is None or not response.body else codings_of(response.headers)
    if response is None or not codings:
        return exchange
    sizes = [chunk.size_bytes for chunk in exchange.timing.chunks]
    whole = response.complete and exchange.failure is None
    pieces = undone(codings, response.body, sizes, complete=whole)
    if pieces is None:
        return _searched(exchange, response, redactor, folder)
    body = _spooled(HeldSpool(folder), pieces)
    return replace(
        exchange,
        response=replace(response, body=body, coding=codings[0]),
        timing=resized(exchange.timing, [len(piece) for piece in pieces]),
    )


def _searched(exchange: Exchange, response: Response, redactor: Redactor, folder: Path) -> Exchange:
    """Redact as much of the body as can be read. If that changes it, all of it comes with the last chunk."""
    place = f"the response body of {exchange.request.method} {redactor.url(exchange.request.url)}"
    body = searched(response.body, response.headers, redactor, place)
    if body is response.body or isinstance(body, BodyFile):
        return exchange
    sizes = [0] * len(exchange.timing.chunks)
    sizes[-1:] = [len(body)] if sizes else []
    headers = with_length(response.headers, len(body))
    kept = replace(response, body=_spooled(HeldSpool(folder), [body]), headers=headers)
    return replace(exchange, response=kept, timing=resized(exchange.timing, sizes))


def _with_file_redacted(
    exchange: Exchange, sent: Request, redactor: Redactor, folder: Path, *, final: bool
) -> Exchange:
    response = exchange.response
    if response is None or not isinstance(response.body, BodyFile):
        return exchange
    sizes = [chunk.size_bytes for chunk in exchange.timing.chunks]
    media_type = content_type(response.headers)
    body, sizes = _redacted_copy(
        response.body, sizes, redactor, lambda: redactor.stream(media_type, answering=sent), folder, final=final
    )
    headers = response.headers if response.coding is not None else with_length(response.headers, size_of(body))
    return replace(
        exchange, response=replace(response, body=body, headers=headers), timing=resized(exchange.timing, sizes)
    )


def _redacted_copy(
    body: BodyFile,
    sizes: Sequence[int],
    redactor: Redactor,
    stream: Callable[[], BodyStream],
    folder: Path,
    *,
    final: bool,
) -> tuple[Body, list[int]]:
    """Return the redacted body as a file below `folder`, and the new chunk sizes.

    What becomes known as secret on the way may have come before: then it is redacted once more.
    """
    since = len(redactor.learned())
    copy, sizes = _copy(body, sizes, stream(), folder, final=final)
    if isinstance(copy, BodyFile) and _holds(copy, redactor.learned(since)):
        again, sizes = _copy(copy, sizes, stream(), folder, final=final)
        if not _same(again, copy):  # else both are one file, which is named after what it holds
            _drop(copy)
        return again, sizes
    return copy, sizes


def _copy(
    body: BodyFile, sizes: Sequence[int], stream: BodyStream, folder: Path, *, final: bool
) -> tuple[Body, list[int]]:
    def pieces() -> Iterator[bytes]:
        for piece in iter_body(body, ()):
            yield stream.feed(piece)
        yield stream.finish()

    copy = _spooled(Spool(folder, final=final), pieces())
    return copy, stream.sizes(sizes)


def _spooled(target: Spool, pieces: Iterable[bytes]) -> Body:
    try:
        for piece in pieces:
            target.write(piece)
        return target.finish()
    finally:
        target.discard()


def _drop(old: Body) -> None:
    """Remove the file of a body that was replaced by another, unless something else names it too."""
    if isinstance(old, BodyFile):
        drop_bodies(Path(old.folder), [old.name])
