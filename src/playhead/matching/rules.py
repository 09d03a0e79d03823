"""The `ignore` and `check` options for a request: compiled once, then looked up by method and URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from playhead.errors import UsageError
from playhead.matching.json_path import Steps
from playhead.matching.placeholders import MarksIn, Split, no_credential, no_marks
from playhead.matching.places import Place, parse_place
from playhead.matching.values import Marks
from playhead.text.path_patterns import PathPattern
from playhead.text.urls import Target

__all__ = ["Rules", "Scope", "compile_rules"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The parts of one request that are left out, and the `headers` that are compared."""

    host: bool = False
    parts: tuple[tuple[PathPattern, str], ...] = ()
    query: frozenset[str] = frozenset()
    headers: tuple[str, ...] = ()
    form: frozenset[str] = frozenset()
    part: frozenset[str] = frozenset()
    body: bool = False
    steps: tuple[Steps, ...] = ()
    marks: Marks = ()
    silent: frozenset[str] = frozenset()
    """Ignored headers, whose credentials are not checked either."""


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled `ignore` and `check` options.

    `same_kind` takes the numbers off the placeholders in a text, `marks_in` finds them, and `split` takes a credential
    in a header apart.
    """

    always: Scope = Scope()
    ignored: tuple[Place, ...] = ()
    checked: tuple[Place, ...] = ()
    same_kind: Callable[[str], str] = _as_it_is
    scoped: bool = False
    marks_in: MarksIn = no_marks
    split: Split = no_credential
    _scopes: dict[tuple[bool, ...], Scope] = field(default_factory=dict, compare=False, repr=False)

    def scope(self, method: str, target: Target, path: str) -> Scope:
        """Return what is ignored and checked for one request; `path` is its normalised path."""
        if not self.scoped:
            return self.always
        fits = tuple(_fits(place, method, target, path) for place in (*self.ignored, *self.checked))
        scope = self._scopes.get(fits)
        if scope is None:
            ignored = [place for place, fit in zip(self.ignored, fits, strict=False) if fit]
            checked = [place for place, fit in zip(self.checked, fits[len(self.ignored) :], strict=True) if fit]
            scope = self._scopes[fits] = _scope(ignored, checked)
        return scope

    @property
    def as_stored(self) -> Rules:
        """These rules with placeholders read as they are."""
        return replace(self, same_kind=_as_it_is)

    @property
    def header_names(self) -> tuple[str, ...]:
        """The names in lower case of headers that any request may be checked for. They have to be stored."""
        return tuple(sorted({place.name for place in self.checked}))


def compile_rules(
    ignore: Iterable[str] = (),
    check: Iterable[str] = (),
    *,
    same_kind: Callable[[str], str] = _as_it_is,
    marks_in: MarksIn = no_marks,
    split: Split = no_credential,
) -> Rules:
    """Compile the two options.

    `same_kind`, `marks_in` and `split` are functions of `redaction`; without them no text is a placeholder. Raises
    UsageError for an unknown place, and for a checked place that is not a header (everything else is checked anyway).
    """
    ignored, checked = _places(ignore), _places(check)
    for place in checked:
        if place.kind != "header":
            raise UsageError(f'"{place.text}" cannot be checked: `check` takes headers, such as "header.accept".')
    scoped = any(place.pattern is not None for place in (*ignored, *checked))
    always = Scope() if scoped else _scope(ignored, checked)
    return Rules(always, tuple(ignored), tuple(checked), same_kind, scoped, marks_in, split)


def _places(texts: Iterable[str]) -> list[Place]:
    if isinstance(texts, str):
        raise UsageError(f'"{texts}" should be a list of places: ["{texts}"].')
    return [parse_place(text) for text in dict.fromkeys(texts)]


def _fits(place: Place, method: str, target: Target, path: str) -> bool:
    if place.pattern is None:
        return True
    return place.method in ("*", method) and place.pattern.find(target, path) is not None


def _scope(ignored: Iterable[Place], checked: Iterable[Place]) -> Scope:
    named: dict[str, set[str]] = {}
    for place in ignored:
        named.setdefault(place.kind, set()).add(place.name)
    headers = {place.name for place in checked} - named.get("header", set())
    return Scope(
        host="host" in named,
        parts=tuple((place.pattern, place.name) for place in ignored if place.kind == "path" and place.pattern),
        query=frozenset(named.get("query", ())),
        headers=tuple(sorted(headers)),
        form=frozenset(named.get("form", ())),
        part=frozenset(named.get("part", ())),
        body="body" in named,
        steps=tuple(place.steps for place in ignored if place.kind == "json" and place.steps is not None),
        marks=tuple(mark for mark in ("@uuid", "@datetime") if mark in named),
        silent=frozenset(named.get("header", ())),
    )
