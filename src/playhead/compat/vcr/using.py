"""A cassette of vcrpy while it is in effect: a session of ours around it, and vcrpy's patches for other clients."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from vcr.patch import CassettePatcherBuilder

from playhead.caller import warn_caller
from playhead.clients.httpx.front import codings_undone
from playhead.clients.httpx.intercept import intercepting
from playhead.compat.vcr.engine import VcrEngine, VcrFiles
from playhead.compat.vcr.errors import refused
from playhead.compat.vcr.saving import is_file
from playhead.deck.context import admit, restore, use_in_context
from playhead.deck.lingering import after_what_is_late
from playhead.deck.opening import setup_for
from playhead.deck.session import Session
from playhead.doubles.desk import Desk
from playhead.errors import PlayheadError, PlayheadWarning
from playhead.model.mode import Mode
from playhead.patching import Patches
from playhead.settings.surroundings import SURROUNDINGS, current_origin

__all__ = ["InEffect"]

_OURS = {"httpx": "HTTPTransport", "httpx2": "HTTPTransport"}
_METHODS = {"handle_request", "handle_async_request"}
_STUBS = ("vcr.stubs", "vcr.stubs.aiohttp_stubs", "vcr.stubs.httpx_stubs", "vcr.stubs.tornado_stubs")
_REFUSAL = "CannotOverwriteExistingCassetteException"
_patches = Patches("vcrpy's refusals")
_users = 0


class InEffect:
    """Puts a cassette into effect and takes it out again.

    With `ambient` its session belongs to no context, as that of a fixture: an event loop may have been started before.
    """

    def __init__(self, cassette: Any, *, ambient: bool) -> None:
        self.session = _session(cassette, ambient=ambient)
        self._cassette = cassette
        self._token = None if ambient else use_in_context(self.session)
        self._stack = ExitStack()
        try:
            for patcher in _patchers(cassette):
                self._stack.enter_context(patcher)
            self._stack.callback(_replace_refusals())
        except BaseException as error:
            self.end(written=False, error=error)
            raise

    def end(self, *, written: bool, error: BaseException | None) -> None:
        """Take it out of effect. A recording that was not `written`, because that failed, stays as a journal."""
        session, self._cassette.session = self.session, None
        try:
            self._stack.close()
        finally:
            if self._token is not None:
                restore(self._token)
            session.close(commit=written, error=error, keep_journal=not written and error is not None)
            _tell_unwritten(session)


def _session(cassette: Any, *, ambient: bool) -> Session:
    mode = Mode.NONE if cassette.write_protected else Mode.NEW
    intercept = not {"httpx", "httpx2"} & set(cassette.skip_patchers)
    options = replace(cassette.options, record=mode, format="vcrpy", match="vcrpy", intercept=intercept)
    path = Path(str(cassette.path))
    setup = setup_for(
        path,
        options,
        None,
        name=str(cassette.path),
        origin=current_origin(),
        codings=codings_undone,
        redactor=cassette.redactor,
    )
    files = VcrFiles(setup, journals=is_file(cassette.persister))
    session = Session(
        setup,
        ambient=ambient,
        engine=partial(VcrEngine, tape=cassette, setup=setup, files=files),
        files=lambda _: files,
    )
    session.raises_misses = session.blocks_late = False
    session.counts_itself = True
    session.doubles = Desk(session)
    cassette.session = session
    admit(session)
    if options.intercept:
        session.on_close(after_what_is_late(session, intercepting()), in_children=True)
    if SURROUNDINGS.closed is not None:
        session.witness = _Unwritten(session)
    return session


class _Unwritten:
    """Tells a test run what the format of the cassette could not hold."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(self) -> list[str]:
        """Return a line for each exchange that was not written."""
        return _unwritten(self._session)


def _unwritten(session: Session) -> list[str]:
    engine = session.engine
    return engine.unwritten if isinstance(engine, VcrEngine) else []


def _tell_unwritten(session: Session) -> None:
    """Warn of what is not on the cassette, where no test run's summary says so."""
    lines = [] if SURROUNDINGS.closed is not None else _unwritten(session)
    if lines:
        said = f"{session.name} was recorded without {', '.join(lines)}: cassettes of vcrpy have no place for that."
        warn_caller(PlayheadWarning(said))


def _patchers(cassette: Any) -> Iterator[Any]:
    """Yield vcrpy's patches, less those of the network transports that the session intercepts."""
    intercepted = cassette.session.options.intercept
    for patcher in CassettePatcherBuilder(cassette).build():
        if not (intercepted and hasattr(patcher, "getter") and _is_ours(patcher)):
            yield patcher


def _is_ours(patcher: Any) -> bool:
    target = patcher.getter()
    package = str(getattr(target, "__module__", "")).partition(".")[0]
    name = str(getattr(target, "__name__", ""))
    return package in _OURS and name in ("HTTPTransport", "AsyncHTTPTransport") and patcher.attribute in _METHODS


def _replace_refusals() -> Any:
    """Have vcrpy's stubs raise errors that are ours too; return a function that ends it."""
    global _users
    _users += 1
    for name in _STUBS:
        module = sys.modules.get(name)
        if module is not None and hasattr(module, _REFUSAL):
            _patches.replace(module, _REFUSAL, _refusing)

    def end() -> None:
        global _users
        _users -= 1
        if _users == 0:
            _patches.restore()

    return end


def _refusing(original: Any) -> Any:
    def refuse(*, cassette: Any, failed_request: Any) -> Exception:
        session = getattr(cassette, "session", None)
        if session is None:
            theirs: Exception = original(cassette=cassette, failed_request=failed_request)
            return theirs
        error: PlayheadError = refused(cassette, failed_request)
        session.engine.note_refused(error)
        return error

    return refuse
