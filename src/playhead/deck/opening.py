"""Builds everything that a deck is made of, from a path and options."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from playhead.apart import apart
from playhead.deck.environment import learn_environment
from playhead.deck.foreign import bindings_of, foreign_index, learn_recorded
from playhead.deck.large_before import as_before
from playhead.deck.setup import Setup
from playhead.deck.storing import Codings
from playhead.deck.uploads import Uploads, comparable, takes_work
from playhead.engine.refusals import Refusals
from playhead.engine.rulings import Rulings
from playhead.errors import CassetteMissing
from playhead.matching.bindings import Bindings
from playhead.matching.by_url import UrlIndex
from playhead.matching.call_index import CallIndex
from playhead.matching.call_rules import CallRules, compile_call_rules
from playhead.matching.hosts import compile_hosts, compile_origins
from playhead.matching.index import Index
from playhead.matching.key import Rules, compile_rules
from playhead.model.call import Call, Invocation
from playhead.model.cassette import CALLED, Cassette, Exchange, outlines
from playhead.model.http import Request
from playhead.model.mode import Mode
from playhead.redaction.placeholder import marks_in, same_kind
from playhead.redaction.presented import split_credential
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.settings.options import Options
from playhead.store.cassettes import load
from playhead.store.cleaning import known_on
from playhead.store.homes import expect_writable, home_of, source_of
from playhead.store.shelf import Shelf
from playhead.text.path_patterns import parse_request_pattern

__all__ = ["open_setup", "setup_for"]


def open_setup(
    path: Path,
    options: Options,
    *,
    name: str | None = None,
    origin: str | None = None,
    record: str | None = None,
    shelf: Shelf | None = None,
    contested: bool = False,
    codings: Codings = tuple,
) -> Setup:
    """Read the cassette if there is one, and compile the options for it. A cassette on a `shelf` was read before.

    `path` is the name by which it was asked for: it may be read from another file, and be written to a third.
    """
    mode, asked = options.record, path
    path = home_of(asked, options.format)
    source = source_of(asked, path)
    if shelf is None:
        cassette, slots = _read(source, origin, mode)
    else:
        cassette, slots = shelf.view(path, origin, records=mode is not Mode.NONE)
    if not slots and mode is not Mode.NONE:
        cassette = None  # a shared cassette that holds nothing of this test: it has none yet
    if mode.records(exists=cassette is not None):
        expect_writable(path, options.format)
    return setup_for(
        path,
        options,
        cassette,
        slots,
        source=source,
        name=name,
        origin=origin,
        record=record,
        shelf=shelf,
        contested=contested,
        codings=codings,
    )


def setup_for(
    path: Path,
    options: Options,
    cassette: Cassette | None,
    slots: tuple[int, ...] = (),
    *,
    source: Path | None = None,
    name: str | None = None,
    origin: str | None = None,
    record: str | None = None,
    shelf: Shelf | None = None,
    contested: bool = False,
    codings: Codings = tuple,
    redactor: Redactor | None = None,
) -> Setup:
    """Compile the options for a cassette that has been read, of which these slots take part.

    `source` is the file that it was read from, by default `path`; `redactor` is one that knows the cassette already, by
    default a new one.
    """
    mode = options.record
    rules = compile_rules(options.ignore, options.check, same_kind=same_kind, marks_in=marks_in, split=split_credential)
    redactor = redactor or Redactor(
        RedactionRules.from_options(options.redact), keep_headers=rules.header_names, guard=threading.RLock()
    )
    if cassette is not None and cassette.recorded.first_edition and mode is not Mode.ALL:
        redactor.first_edition = "added to" if mode is Mode.NEW else "read"
    learn_environment(redactor)
    redactor.learn(known_on(path))
    if cassette is not None:
        learn_recorded(cassette, slots, redactor, mode)
    call_rules = compile_call_rules(options.ignore, same_kind=same_kind, marks_in=marks_in)
    bindings = bindings_of(cassette, redactor)
    replays = cassette is not None and mode is not Mode.ALL
    records = mode.records(exists=cassette is not None)
    uploads = Uploads(redactor, path.parent, writes=records)
    return Setup(
        path=path,
        name=name or str(path),
        mode=mode,
        cassette=cassette,
        index=_index(cassette, rules, slots, redactor, bindings, by_url=options.match == "vcrpy")
        if replays and cassette is not None
        else None,
        call_index=_call_index(cassette, call_rules, slots, bindings) if replays and cassette is not None else None,
        call_rules=call_rules,
        rulings=_rulings(options, redactor, uploads, plain=not (rules.header_names or options.origins)),
        refusals=_refusals(name or str(path), len(slots), record, options.ceiling),
        redactor=redactor,
        slots=slots,
        options=options,
        origin=origin,
        shelf=shelf,
        contested=contested,
        codings=codings,
        source=source or path,
    )


def _read(path: Path, origin: str | None, mode: Mode) -> tuple[Cassette | None, tuple[int, ...]]:
    cassette = _load(path, mode)
    return cassette, () if cassette is None else _slots(cassette, origin, mode)


def _load(path: Path, mode: Mode) -> Cassette | None:
    """Return the cassette. It is built as a whole if it may be rewritten, so that a broken interaction raises first."""
    try:
        cassette = load(path)
    except CassetteMissing:
        return None
    if mode is not Mode.NONE:
        for _ in cassette.interactions:
            pass
    return cassette


def _slots(cassette: Cassette, origin: str | None, mode: Mode) -> tuple[int, ...]:
    """Return the slots that take part: on a shared cassette those of this test and those of nobody, else all.

    A test that only replays, and has recorded nothing there, replays what others have: it may have been renamed.
    """
    origins = [each.origin for each in outlines(cassette.interactions)]
    everything = tuple(range(len(origins)))
    if origin is None or all(each is None for each in origins):
        return everything
    if origin not in origins and mode is Mode.NONE:
        return everything
    if origin not in origins and not cassette.recorded.foreign:  # another tool does not say whose it is
        return ()
    return tuple(slot for slot in everything if origins[slot] in (origin, None))


def _index(
    cassette: Cassette,
    rules: Rules,
    slots: tuple[int, ...],
    redactor: Redactor,
    bindings: Bindings,
    *,
    by_url: bool,
) -> Index:
    if cassette.recorded.foreign:
        return foreign_index(cassette, rules, slots, redactor, bindings, by_url=by_url)
    known = outlines(cassette.interactions)

    def request(slot: int) -> Request:
        exchange = cassette.interactions[slot]
        assert isinstance(exchange, Exchange)
        request = comparable(exchange.request)
        return request if request is exchange.request else redactor.request(request)

    own = [slot for slot in slots if known[slot].method != CALLED]
    kind = UrlIndex if by_url else Index
    index = kind(known, request, rules, slots=own, bindings=bindings, binds=cassette.recorded.binds)
    if redactor.first_edition:
        index.weighing.before = as_before(cassette, own, redactor.rules, marks_in)
    return index


def _call_index(cassette: Cassette, rules: CallRules, slots: tuple[int, ...], bindings: Bindings) -> CallIndex:
    def call(slot: int) -> Call:
        invocation = cassette.interactions[slot]
        assert isinstance(invocation, Invocation)
        return invocation.call

    known = outlines(cassette.interactions)
    return CallIndex(known, call, rules, slots, bindings=bindings, binds=cassette.recorded.binds)


def _rulings(options: Options, redactor: Redactor, uploads: Uploads, *, plain: bool) -> Rulings:
    """Return the rulings of the options; `plain` if requests are found by URL and body alone, as they come."""
    named = compile_origins(options.origins)

    def at_origin(request: Request) -> Request:
        return replace(request, url=named(request.url)) if options.origins else request

    def uncoded(request: Request) -> Request:
        sent = at_origin(request)
        return apart(lambda: uploads.stored(sent)) if takes_work(sent) else sent

    def store(request: Request) -> Request:
        return redactor.request(uncoded(request))

    def lookup(request: Request) -> Request:
        """Without a body only the URL counts, if no header is checked."""
        if plain and request.body == b"" and redactor.url(request.url) == request.url:
            return request
        return redactor.request(comparable(uncoded(request)))

    return Rulings(
        store=store,
        lookup=lookup,
        repeats=_repeats(options.repeat),
        passes=_by_url(options.passthrough),
        discards=_by_url(options.discard),
        on_request_drift=options.on_request_drift,
        plain=plain,
        repeats_calls=options.repeat is True,
        named=at_origin,
        reveal=redactor.reveal,
        marks_in=marks_in,
    )


def _by_url(patterns: Iterable[str]) -> Callable[[Request], bool] | None:
    if not patterns:
        return None
    fits = compile_hosts(patterns)
    return lambda request: fits(request.url)


def _repeats(repeat: bool | Iterable[str]) -> Callable[[Request], bool]:
    if isinstance(repeat, bool):
        return lambda _: repeat
    patterns = [parse_request_pattern(text) for text in repeat]
    return lambda request: any(each.fits(request.method, request.url) for each in patterns)


def _refusals(name: str, size: int, record: str | None, ceiling: str) -> Refusals:
    if record is None:
        return Refusals(name, size, ceiling=ceiling)
    command = record.split(" ", 1)
    first, new, everything = (
        f"{command[0]} {how} {command[1]}" for how in ("--record", "--record=new", "--record=all")
    )
    return Refusals(name, size, first, new, everything, ceiling)
