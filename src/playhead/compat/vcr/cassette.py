"""`Cassette` of vcrpy on a deck of playhead, and the context manager and decorator that puts it into effect.

The lists, counts and habits are vcrpy's own. Added are: redaction of what is written, and of what was redacted when it
is compared; errors for files that cannot be read; the ceiling of `--record=none`; a journal; and counts for the run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any

import vcr.cassette
from vcr.matchers import get_matchers_results, requests_match
from vcr.persisters.filesystem import CassetteDecodeError, CassetteNotFoundError, FilesystemPersister
from vcr.record_mode import RecordMode

from playhead.compat.vcr.engine import VcrEngine
from playhead.compat.vcr.interactions import exchange_of
from playhead.compat.vcr.redacting import alike, holds_placeholders, redactor_for
from playhead.compat.vcr.saving import Reading, Writing
from playhead.compat.vcr.using import InEffect
from playhead.deck.session import Session
from playhead.redaction.redact import Redactor
from playhead.settings.options import Options
from playhead.settings.resolve import resolve

__all__ = [
    "Cassette",
    "CassetteContextDecorator",
    "CassetteDecodeError",
    "CassetteNotFoundError",
    "FilesystemPersister",
    "get_matchers_results",
    "requests_match",
]


class CassetteContextDecorator(vcr.cassette.CassetteContextDecorator):  # type: ignore[misc]  # vcrpy has no types
    """Puts a cassette into effect, as a context manager or around a function."""

    ambient = False
    """True if the cassette is in effect for whatever has none in its context, as that of a fixture is."""

    def __init__(self, cls: type[Cassette], args_getter: Callable[[], dict[str, Any]]) -> None:
        super().__init__(cls, args_getter)
        self._in_effect: InEffect | None = None

    def _patch_generator(self, cassette: Any) -> Iterator[Any]:
        if isinstance(cassette, Cassette):
            self._in_effect = InEffect(cassette, ambient=self.ambient)
            yield cassette
        else:
            yield from super()._patch_generator(cassette)

    def __exit__(self, *exc_info: object) -> None:
        """Save the cassette and take it out of effect, also if saving fails."""
        in_effect, self._in_effect = self._in_effect, None
        try:
            super().__exit__(*exc_info)
        except BaseException as error:
            if in_effect is not None:
                in_effect.end(written=False, error=error)
            raise
        if in_effect is not None:
            in_effect.end(written=True, error=None)


class Cassette(vcr.cassette.Cassette):  # type: ignore[misc]  # vcrpy has no types
    """Recorded requests and responses of vcrpy.

    The arguments are vcrpy's. `spared` are what its filters put in place of secrets, which is left as it is.
    """

    @classmethod
    def use_arg_getter(cls, arg_getter: Callable[[], dict[str, Any]]) -> CassetteContextDecorator:
        """Return what puts the cassette into effect that these arguments describe by then."""
        return CassetteContextDecorator(cls, arg_getter)

    @classmethod
    def use(cls, **kwargs: Any) -> CassetteContextDecorator:
        """Return what puts a cassette into effect."""
        return CassetteContextDecorator(cls, lambda: dict(kwargs))

    def __init__(self, *args: Any, spared: Collection[str] = (), **kwargs: Any) -> None:
        self._spared = {*spared, *_names_in(kwargs.get("filter_sensitive_data"))}
        self.session: Session | None = None
        """The deck that the cassette is in effect with."""
        self.options: Options = resolve({"record": "new", "timing": "instant"}, where="playhead.compat.vcr")
        self._wanted = RecordMode.ONCE
        self._redacted: list[bool] = []
        self._found = 0
        super().__init__(*args, **kwargs)

    @property
    def ceiling(self) -> str:
        """The setting that forbids recording; empty if none does."""
        return self.options.ceiling

    @property
    def record_mode(self) -> RecordMode:
        """The record mode: as wanted, or `none` under a ceiling."""
        return RecordMode.NONE if self.ceiling else self._wanted

    @record_mode.setter
    def record_mode(self, wanted: RecordMode) -> None:
        self._wanted = wanted

    @cached_property
    def redactor(self) -> Redactor:
        """Replaces what is secret in what is written."""
        return redactor_for(self.options.redact)

    @property
    def persister(self) -> Any:
        """The persister that reads and writes this cassette."""
        return self._persister

    @property
    def loaded_count(self) -> int:
        """The number of interactions that came from the file."""
        return int(self._loaded_count)

    def is_played(self, position: int) -> bool:
        """Return True if the interaction at a position has been played."""
        return bool(self.play_counts[position])

    def append(self, request: Any, response: Any) -> None:
        """Add a request and its response, after the filters."""
        self._record(request, response, nullcontext() if self.session is None else self.session.lock)

    def record_locked(self, request: Any, response: Any) -> None:
        """Like `append`, while the lock of the session is held."""
        self._record(request, response, nullcontext())

    def _record(self, request: Any, response: Any, lock: AbstractContextManager[Any]) -> None:
        before = len(self.data)
        super().append(request, response)
        engine = self._engine
        if engine is not None and len(self.data) > before:
            with lock:
                engine.note_recorded(*self.data[-1])

    def play_response(self, request: Any) -> Any:
        """Return the recorded response for a request, and count it as played."""
        response = super().play_response(request)
        engine = self._engine
        if engine is not None:
            engine.note_played(self._found, self.filter_request(request))
        return response

    def _responses(self, request: Any) -> Iterator[tuple[int, Any]]:
        sent = self.filter_request(request)
        masked: Any = None
        for index, (stored, response) in enumerate(self.data):
            fits = requests_match(sent, stored, self._match_on)
            if not fits and self._was_redacted(index):
                masked = masked or alike(sent, self.redactor)
                fits = requests_match(masked, alike(stored, self.redactor), self._match_on)
            if fits:
                self._found = index
                yield index, response

    def _was_redacted(self, index: int) -> bool:
        while len(self._redacted) <= index:
            self._redacted.append(holds_placeholders(self.data[len(self._redacted)][0]))
        return self._redacted[index]

    @property
    def _engine(self) -> VcrEngine | None:
        engine = None if self.session is None else self.session.engine
        return engine if isinstance(engine, VcrEngine) else None

    def _load(self) -> None:
        plain: Any = self._persister
        self._persister: Any = Reading(plain)
        try:
            super()._load()
        finally:
            self._persister = plain
        if not self.write_protected:
            self._go_on_numbering()

    def _go_on_numbering(self) -> None:
        """Let new placeholders have other numbers than those of the file."""
        for number, pair in enumerate(self.data, 1):
            exchange = exchange_of(number, *pair)
            if exchange is not None:
                self.redactor.seen(exchange)

    def _persist(self, cassette_dict: dict[str, Any]) -> None:
        if self.ceiling:
            return
        plain = self._persister
        self._persister = Writing(plain, self.redactor, self._spared)
        try:
            super()._persist(cassette_dict)
        finally:
            self._persister = plain


def _names_in(sensitive: Any) -> Iterable[str]:
    """Return what `filter_sensitive_data`, a mapping or pairs, puts in place of values."""
    return [str(name) for name, _ in (sensitive.items() if hasattr(sensitive, "items") else sensitive or ())]
