"""The channel between a double and its deck: calls, values, and the labels of objects that calls return."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from playhead.caller import note_caller, warn_caller
from playhead.deck.context import left_behind
from playhead.deck.ports import DoublesDeck
from playhead.doubles.real import Real
from playhead.doubles.snapshots import Handover, snapshot
from playhead.doubles.spec import Member, Spec
from playhead.engine.decisions import ForwardCall, PlayCall, Refuse
from playhead.engine.hints import told_alone
from playhead.errors import PlayheadError, PlayheadWarning, Unrecordable
from playhead.model.call import Call, Plain, Raised
from playhead.redaction.calls import redacted_call
from playhead.values.exceptions import error_of, raised_of
from playhead.values.kinds import has_behaviour, is_data
from playhead.values.plain import plain_of
from playhead.values.registry import name_of, registered_for
from playhead.values.types import Types
from playhead.values.values import value_of

__all__ = ["Channel"]

_IGNORED: Plain = {"$": "ignored", "v": None}

Build = Callable[["Channel", "str | None", "type[Any] | None"], object]
"""Makes the double of an object, of its channel, label and class."""


class Channel:
    """The channel of one double. `build` makes doubles of the objects that its calls return."""

    def __init__(self, deck: DoublesDeck, name: str, spec: Spec, real: Real, build: Build) -> None:
        self.deck = deck
        self.name = name
        self.spec = spec
        self.real = real
        self.types = Types([spec.source] if spec.source is not None else [])
        self.root: object = None
        self._build = build
        self._handover = Handover()
        self.copied = self._handover.copied if deck.recording else snapshot
        self._labels: dict[int, str] = {}
        self._live: dict[str | None, object] = {}
        self._doubles: dict[str, object] = {}
        self._counts: Counter[str] = Counter()
        self._arguments = _Arguments(self)
        self._replayed = _Results(self)

    def begin(
        self, on: str | None, member: Member, args: tuple[object, ...], kwargs: Mapping[str, object]
    ) -> PlayCall | ForwardCall:
        """Return what a call gets. Its arguments are copied now.

        Raises:
            NetworkBlocked: The deck has closed. The call would otherwise reach the real object unnoticed.
            PlayheadError: The call is refused. The deck keeps the error as well.
        """
        deck = self.deck
        if not deck.is_open:
            raise left_behind(deck.name)
        bound, named = member.bound(args, kwargs)
        types, known = self.types, self._arguments
        try:
            given = tuple([plain_of(each, types, known) for each in bound])
            by_name = {name: plain_of(each, types, known) for name, each in named.items()}
        except Unrecordable as error:
            raise self.unrecordable(error, member, "argument") from None
        call = Call(self.name, member.name, given, by_name, on, member.how)
        decision = deck.decide_call(call, lambda: redacted_call(deck.redactor, call, member.names))
        if isinstance(decision, PlayCall):
            if decision.drift is not None and self._warns:
                warn_caller(PlayheadWarning(told_alone(decision.drift)))
        elif isinstance(decision, Refuse):
            if isinstance(decision.error, PlayheadError):
                deck.explain(decision.error)
                note_caller(decision.error)
            raise decision.error
        return decision

    @property
    def _warns(self) -> bool:
        return self.deck.options.on_request_drift == "warn"

    def result(self, value: object, member: Member, forward: ForwardCall) -> tuple[Plain, object]:
        """Return a result as it is stored, and as the program gets it: with doubles in place of objects."""
        if not self.deck.call_rules.keeps_result(forward.take.call):
            return _IGNORED, value
        results = _Results(self)
        try:
            plain = plain_of(value, self.types, results)
        except Unrecordable as error:
            raised = self.unrecordable(error, member, "result")
            self.deck.drop_call(forward.take, raised)
            raise raised from None
        return plain, value_of(plain, self.types, results) if results.seen else value

    def replayed(self, plain: Plain) -> object:
        """Return the value that was stored."""
        value: object = value_of(plain, self.types, self._replayed)
        return value

    def error(self, raised: Raised) -> BaseException:
        """Return the exception that was stored."""
        return error_of(raised, self.types, self._replayed)

    def raised(self, error: BaseException) -> Raised:
        """Return an exception as it is stored."""
        return raised_of(error, self.types, self._arguments)

    def unrecordable(self, error: Unrecordable, member: Member, part: str) -> Unrecordable:
        """Return the error that names the value that cannot be recorded, and the two ways out."""
        kind = error.kind.rpartition(".")[2]
        place = f"call.{self.name}.{member.name}.{'returned' if part == 'result' else 'args'}"
        made = Unrecordable(
            f"A {part} of {self.name}.{member.name} cannot be put on a cassette ({error.kind}: {error}); see below.",
            double=self.name,
            method=member.name,
            kind=error.kind,
        )
        made.with_notes(
            [("register", f"playhead.register({kind}, encode=..., decode=...)"), ("or", f'ignore=["{place}"]')]
        )
        return made

    def live(self, copy: object) -> object:
        """Return an argument as the real object gets it, for the copy that the mock was given."""
        return self.unwrapped(self._handover.original(copy))

    def unwrapped(self, value: object) -> object:
        """Return the value with real objects in place of their doubles."""
        if type(value) is list:
            return [self.unwrapped(item) for item in value]
        if type(value) is tuple:
            return tuple(self.unwrapped(item) for item in value)
        behind = getattr(type(value), "_playhead_real", None)
        return value if behind is None else behind(value)

    def label_of(self, value: object) -> str | None:
        """Return the label of a double of this deck, or of a real object that has one."""
        own = getattr(type(value), "_playhead_label", None)
        if own is not None:
            return str(own(value))
        known = self._labels.get(id(value))
        if known is not None:
            return known
        return self.name if self.real.is_it(value) else None

    def new_label(self, value: object) -> str:
        """Return a label for a real object that a call returned, and make its double."""
        kind = type(value).__name__
        self._counts[kind] += 1
        label = f"{kind}-{self._counts[kind] + self.deck.labels_before(self.name, kind)}"
        self._labels[id(value)] = label
        self._live[label] = value
        self._doubles[label] = self._build(self, label, type(value))
        return label

    def live_of(self, label: str | None) -> object:
        """Return the real object with this label, `None` at replay and once the deck has closed."""
        return self._live.get(label)

    def release(self) -> None:
        """Drop all real objects: a cursor, for example, keeps its connection from being closed."""
        self._labels.clear()
        self._live.clear()

    def double(self, label: str, kind: str) -> object:
        """Return the double with this label. At replay it is made here."""
        if label == self.name:
            return self.root
        if label not in self._doubles:
            self._doubles[label] = self._build(self, label, self.types.behind(kind))
        return self._doubles[label]


class _Arguments:
    """Objects among arguments: known ones by their labels, all others as placeholders for any object of their type."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def label(self, value: object) -> str | None:
        return self._channel.label_of(value)

    def object(self, label: str, kind: str) -> object:
        return self._channel.double(label, kind)

    def unknown(self, kind: type[Any]) -> Plain:
        return {"$": "any", "v": name_of(kind)}


class _Results:
    """Objects in results: each gets a label, under which further calls are recorded; `seen` if there was one."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.seen = False

    def label(self, value: object) -> str | None:
        label = self._channel.label_of(value)
        if label is None and _is_object(value):
            label = self._channel.new_label(value)
        self.seen = self.seen or label is not None
        return label

    def object(self, label: str, kind: str) -> object:
        return self._channel.double(label, kind)

    def unknown(self, _kind: type[Any]) -> Plain | None:
        return None


def _is_object(value: object) -> bool:
    kind = type(value)
    return not is_data(kind) and registered_for(kind) is None and has_behaviour(value)
