"""The values that each option takes: one total table, used for every source of settings.

A reader gets the name of the option for messages, and the value. It returns the value as `Options` keeps it, or raises
`UsageError`. Text from the command line and the environment is first parsed by `from_text`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar
from urllib.parse import urlsplit

from playhead.errors import UsageError
from playhead.matching.call_rules import expect_call_place
from playhead.matching.places import Place, parse_place
from playhead.model.mode import Mode
from playhead.text.path_patterns import compile_pattern, split_request_pattern

__all__ = ["DRIFT", "FORMAT", "GRAMMAR", "MATCH", "WALL_CLOCK", "Rule", "known_name", "listed", "read", "read_text"]

ELSEWHERE = {
    "once": f'"{Mode.MISSING}", which records what has no cassette yet',
    "new_episodes": f'"{Mode.NEW}", which also records what a cassette does not have',
    "rewrite": f'"{Mode.ALL}", which records everything afresh',
}
"""The record modes of vcrpy and pytest-recording, with their equivalents here."""
DRIFT = ("error", "warn", "ignore")
WALL_CLOCK = ("now", "recorded")
MATCH = ("exact", "vcrpy")
FORMAT = ("playhead", "vcrpy")
T = TypeVar("T")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_ORIGIN_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")

TIMING = (
    'timing is "instant", "recorded", "virtual", or a number above 0 for that many times faster, such as 10 or "10x"'
)

TRUE = ("1", "true", "yes", "on")
FALSE = ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Rule:
    """The readers of an option, from a value and from text. With `adds_up` the lists of several sources are joined."""

    read: Callable[[str, object], object]
    from_text: Callable[[str], object]
    adds_up: bool = False


def read(name: str, value: object, label: str = "") -> object:
    """Validate the value of an option and return it. `label` names the option in messages, by default by its name."""
    return GRAMMAR[name].read(label or name, value)


def read_text(name: str, text: str, label: str) -> object:
    """Like `read`, for a text from the command line or the environment."""
    return GRAMMAR[name].read(label, GRAMMAR[name].from_text(text.strip()))


def known_name(name: str, names: Iterable[str], where: str) -> None:
    """Raise `UsageError` for a name that is not one of `names`; the message suggests the nearest one."""
    allowed = sorted(names)
    if name in allowed:
        return
    raise UsageError(f'{where}: there is no "{name}"{_nearest(name, allowed)}; there is {listed(allowed)}.')


def listed(values: Iterable[str]) -> str:
    """Join values as in a sentence: `a, b and c`."""
    *most, last = values
    return f"{', '.join(most)} and {last}" if most else last


def _nearest(value: str, allowed: Iterable[str]) -> str:
    near = get_close_matches(value.lower(), allowed, n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _choice(allowed: tuple[str, ...]) -> Callable[[str, object], str]:
    def choose(label: str, value: object) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        near = _nearest(value, allowed) if isinstance(value, str) else ""
        values = listed([f'"{each}"' for each in allowed])
        raise UsageError(f"{label} cannot be {_shown(value)}{near}: the values are {values}.")

    return choose


def _record(label: str, value: object) -> Mode:
    ours = ELSEWHERE.get(value.lower().replace("-", "_")) if isinstance(value, str) else None
    if ours is not None:
        raise UsageError(f"{label} cannot be {_shown(value)}, a name of vcrpy: say {ours}.")
    return Mode(_choice(tuple(Mode))(label, value))


def _timing(label: str, value: object) -> str | float:
    if value in ("instant", "recorded", "virtual"):
        return str(value)
    speed = _number(value)
    if speed is not None and speed > 0 and math.isfinite(speed):
        return speed
    near = _nearest(value, ("instant", "recorded", "virtual")) if isinstance(value, str) else ""
    raise UsageError(f"{label} cannot be {_shown(value)}{near}: {TIMING}.")


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value.removesuffix("x"))
        except ValueError:
            return None
    return None


def _flag(label: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise UsageError(f"{label} cannot be {_shown(value)}: the values are true and false.")


def _texts(label: str, value: object, example: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return the texts of a list. The error for a single text shows it in a list, as `example` spells it."""
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        texts = tuple(value)
        if all(isinstance(each, str) and each.strip() for each in texts):
            return texts
    wrapped = f", such as [{_shown(example(value))}]" if isinstance(value, str) else ""
    raise UsageError(f"{label} cannot be {_shown(value)}: it is a list of texts{wrapped}.")


def _places(label: str, value: object) -> tuple[str, ...]:
    texts = _texts(label, value, lambda text: text if _is_place(text) else "query.page")
    for text in texts:
        _explained(label, _place, text)
    return texts


def _headers(label: str, value: object) -> tuple[str, ...]:
    texts = _texts(label, value, _header)
    for text in texts:
        if not _is_place(text) or _place(text).kind != "header":
            raise UsageError(
                f'{label} cannot hold "{text}": what is checked besides are headers, such as "{_header(text)}".'
            )
    return texts


def _header(text: str) -> str:
    """Return the place of the header that was probably meant: for `authorization`, `header.authorization`."""
    if _is_place(text) and _place(text).kind == "header":
        return text
    return f"header.{text.strip().lower()}" if _HEADER_NAME.fullmatch(text.strip()) else "header.accept"


def _place(text: str) -> Place:
    place = parse_place(text)
    expect_call_place(place)
    return place


def _is_place(text: str) -> bool:
    try:
        _place(text)
    except UsageError:
        return False
    return True


def _redact(label: str, value: object) -> tuple[str, ...]:
    from playhead.redaction.rules import RedactionRules

    texts = _texts(label, value)
    _explained(label, RedactionRules.from_options, texts)
    return texts


def _repeat(label: str, value: object) -> bool | tuple[str, ...]:
    if isinstance(value, bool):
        return value
    texts = _texts(label, value)
    for text in texts:
        method, pattern = split_request_pattern(text)
        if not (method == "*" or method.isalpha()):
            raise UsageError(
                f'{label} cannot hold "{text}": a route is a method and a path, such as "GET /users/{{id}}".'
            )
        _explained(label, compile_pattern, pattern)
    return texts


def _hosts(label: str, value: object) -> tuple[str, ...]:
    texts = _texts(label, value)
    for text in texts:
        if "://" in text and not _has_host(text):
            raise UsageError(
                f'{label} cannot hold "{text}": write a host such as "*.sentry.io", or a URL that has one.'
            )
    return texts


def _origins(label: str, value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise UsageError(
            f'{label} cannot be {_shown(value)}: it maps names to URLs, such as {{"users": "https://a.test"}}.'
        )
    for name, url in value.items():
        if not (isinstance(name, str) and _ORIGIN_NAME.fullmatch(name)):
            raise UsageError(
                f"{label} cannot name an origin {_shown(name)}: use letters, digits, and - _ . between them."
            )
        if not (isinstance(url, str) and _is_base(url)):
            raise UsageError(f"{label} cannot map {_shown(name)} to {_shown(url)}: an origin is an absolute URL.")
    return dict(value)


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _is_base(url: str) -> bool:
    """Return True for a URL with a scheme and a host, and with a valid port if it has one."""
    try:
        split = urlsplit(url)
        return bool(split.scheme and split.hostname) and (split.port is None or split.port > 0)
    except ValueError:
        return False


def _explained(label: str, check: Callable[[T], object], value: T) -> None:
    """Run a check of another package, and put the name of the option before its message."""
    try:
        check(value)
    except UsageError as error:
        raise UsageError(f"{label}: {error}") from None


def _same(text: str) -> object:
    return text


def _split(text: str) -> object:
    return [part.strip() for part in text.split(",") if part.strip()]


def _boolean(text: str) -> object:
    return True if text.lower() in TRUE else False if text.lower() in FALSE else text


def _boolean_or_split(text: str) -> object:
    flag = _boolean(text)
    return flag if isinstance(flag, bool) else _split(text)


def _pairs(text: str) -> object:
    parts = (part.partition("=") for part in text.split(","))
    return {name.strip(): url.strip() for name, _, url in parts}


GRAMMAR: dict[str, Rule] = {
    "record": Rule(_record, _same),
    "timing": Rule(_timing, _same),
    "wall_clock": Rule(_choice(WALL_CLOCK), _same),
    "ignore": Rule(_places, _split, adds_up=True),
    "check": Rule(_headers, _split, adds_up=True),
    "on_request_drift": Rule(_choice(DRIFT), _same),
    "repeat": Rule(_repeat, _boolean_or_split, adds_up=True),
    "passthrough": Rule(_hosts, _split, adds_up=True),
    "discard": Rule(_hosts, _split, adds_up=True),
    "origins": Rule(_origins, _pairs, adds_up=True),
    "intercept": Rule(_flag, _boolean),
    "redact": Rule(_redact, _split, adds_up=True),
    "keep_on_error": Rule(_flag, _boolean),
    "match": Rule(_choice(MATCH), _same),
    "format": Rule(_choice(FORMAT), _same),
}
"""Every option of `use_cassette`, in the order of its signature."""
