"""One file of a suite, read once: everything the doctor wants to know of it, as `Facts`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from playhead.codecs.json import encode
from playhead.codecs.limits import DEFAULT
from playhead.errors import CassetteCorrupt, PlayheadError
from playhead.formats.reading import read
from playhead.model.cassette import Cassette, Exchange, Interaction, Recorded
from playhead.model.collector import collector_paused
from playhead.model.http import header_value
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import scan
from playhead.services.checking.doctor.facts import Facts
from playhead.services.checking.doctor.filtered import shown_request, without_placeholders
from playhead.services.checking.doctor.volatile import varying
from playhead.store.cassettes import load
from playhead.store.files import inside, read_file
from playhead.store.foreign import as_stored
from playhead.text.files import MSGPACK, begins_as_contract, begins_as_recording

__all__ = ["CASSETTE_FOLDER", "examine"]

CASSETTE_FOLDER = re.compile(r"(?:vcr|test|http)?[_-]?(?:cassettes?|vcr)", re.IGNORECASE)
"""Folders in which each YAML or JSON file is meant to be a cassette."""

_LOOKS_RECORDED = re.compile(rb'^\s*-?\s*"?(?:http_)?interactions"?\s*:|^-\s+request\s*:', re.MULTILINE)
_CONFLICT = re.compile(rb"^<{7} .*^={7}\s*$.*^>{7} ", re.MULTILINE | re.DOTALL)
_BASE64_BODY = re.compile(rb"[A-Za-z0-9+/\r\n]{1024,}={0,2}\s*")
_LARGE_BYTES = 16 * 1024
_MOST_ANSWERED = 4 * 1024 * 1024


def examine(path: Path, *, rules: RedactionRules | None) -> Facts:
    """Return the facts of a file. Secrets are looked for if there are `rules`."""
    facts = Facts(str(path))
    try:
        data = read_file(inside(path), DEFAULT.size_bytes)
    except CassetteCorrupt as error:
        facts.error = error.reason
        return facts
    except PlayheadError as error:
        facts.error = str(error)
        return facts
    facts.size_bytes = len(data)
    try:
        with collector_paused():
            _fill(facts, path, data, rules)
    except CassetteCorrupt as error:
        _note_other(facts, path, data, error)
    except PlayheadError as error:
        facts.error = str(error)
    except ValueError:
        facts.error = "a URL in it cannot be read"  # the message of the error may hold a secret
    return facts


def _note_other(facts: Facts, path: Path, data: bytes, error: CassetteCorrupt) -> None:
    """Tell a broken cassette from a file that never was one."""
    meant = any(CASSETTE_FOLDER.fullmatch(part) for part in path.parts[:-1]) or path.suffix == MSGPACK
    if begins_as_contract(data[:64]) or not (
        meant or begins_as_recording(data[:64]) or _LOOKS_RECORDED.search(data[:4096])
    ):
        facts.other = True
    elif _CONFLICT.search(data):
        line = data[: data.index(b"<<<<<<< ")].count(b"\n") + 1
        facts.error = f"it has merge conflict markers (line {line})"
    else:
        facts.error = error.reason + (f" ({error.place})" if error.place else "")


def _fill(facts: Facts, path: Path, data: bytes, rules: RedactionRules | None) -> None:
    cassette, raw = _loaded(path, data)
    facts.tool = cassette.recorded.by if raw is not None else "playhead"
    interactions = list(cassette.interactions)
    facts.interactions = len(interactions)
    facts.oldest = cassette.recorded.at[:10]
    exchanges = [each for each in interactions if isinstance(each, Exchange)]
    for each in exchanges:
        facts.hosts[urlsplit(each.request.url).netloc.rpartition("@")[2]] += 1
        facts.slowest = max(facts.slowest, ((each.timing.end_us or 0) - each.timing.start_us, each.id))
    _note_bodies(facts, exchanges, raw)
    _note_varying(facts, exchanges)
    if raw is not None:
        facts.ambiguous = _ambiguous(exchanges)
        facts.ours_bytes = len(encode(cassette))
    else:
        facts.ours_bytes = len(data)
    if rules is not None:
        facts.hits = [hit for each in interactions for hit in dict.fromkeys(scan(_to_scan(each), rules))]


def _to_scan(each: Interaction) -> Interaction:
    return without_placeholders(each) if isinstance(each, Exchange) else each


def _loaded(path: Path, data: bytes) -> tuple[Cassette, Sequence[Exchange] | None]:
    """Return a cassette, and the exchanges as they stand in the file if another tool wrote it."""
    if begins_as_recording(data[:64]) or path.suffix == MSGPACK:
        return load(path), None
    reading = read(data, str(path))
    raw = reading.foreign.exchanges
    return Cassette(tuple(map(as_stored, raw)), Recorded(reading.foreign.recorded_at, reading.format.NAME)), raw


def _note_bodies(facts: Facts, exchanges: Iterable[Exchange], raw: Sequence[Exchange] | None) -> None:
    for position, each in enumerate(exchanges):
        body = each.response.body if each.response is not None else b""
        if not isinstance(body, bytes):
            continue
        before = raw[position].response if raw is not None else None
        if before is not None and before.body != body:
            facts.compressed += 1
        if len(body) >= _LARGE_BYTES:
            facts.bodies.append((sha256(body).digest()[:12], len(body), each.id))
        if len(body) >= 1024 and _BASE64_BODY.fullmatch(body):
            facts.base64 += 1


def _note_varying(facts: Facts, exchanges: Iterable[Exchange]) -> None:
    answered = bytearray()
    for each in exchanges:
        received_at = _received_at(each)
        if received_at is not None:
            day = datetime.fromtimestamp(received_at, UTC).date().isoformat()
            facts.months[day[:7]] += 1
            facts.oldest = min(facts.oldest or day, day)
        facts.varying += varying(each, answered, received_at)
        if each.response is not None and len(answered) < _MOST_ANSWERED:
            answered += "\n".join(value for _, value in each.response.headers).encode("utf-8", "surrogatepass")
            answered += each.response.body if isinstance(each.response.body, bytes) else b""


def _received_at(exchange: Exchange) -> int | None:
    """Return the `Date` of an answer in seconds since 1970, if it has one that is a date."""
    if exchange.response is None:
        return None
    try:
        return int(parsedate_to_datetime(header_value(exchange.response.headers, "date")).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def _ambiguous(exchanges: Iterable[Exchange]) -> list[tuple[int, str]]:
    """Return the first of equal requests that were answered differently, with their number."""
    answers: dict[tuple[str, str, object], list[tuple[int, object]]] = {}
    for each in exchanges:
        request, response = each.request, each.response
        answer = None if response is None else (response.status, response.body)
        answers.setdefault((request.method, request.url, request.body), []).append((each.id, answer))
    found = []
    for (method, url, _), given in answers.items():
        kinds = {answer for _, answer in given}
        if len(kinds) > 1:
            shown = shown_request(method, url)
            found.append((given[0][0], f"{len(kinds)} answers to {len(given)} of {shown}"))
    return found
