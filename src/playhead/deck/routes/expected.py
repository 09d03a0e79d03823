"""The values that an assertion on a route expects, and where a request differs from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playhead.deck.routes.route_call import RouteCall

__all__ = ["Expected", "Wanted"]

Wanted = Mapping[str, Any] | tuple[Any, ...]
"""Expectations by name, or the same as a `unittest.mock.call`, which is a tuple that ends in `args` and `kwargs`."""

KEYWORDS = ("json", "data", "content", "params", "headers", "path")


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected values by keyword; only what is given is compared.

    Expected values stand left of `==`, so `ANY` works.
    """

    values: Mapping[str, Any]

    @classmethod
    def of(cls, assertion: str, values: Mapping[str, object]) -> Expected:
        """Return the expectations of an assertion.

        Raises `TypeError` for a keyword that no request could have, as the signature of a mock would.
        """
        for name in values:
            if name not in KEYWORDS:
                raise TypeError(f"{assertion}() got an unexpected keyword argument {name!r}; it takes {_listed()}")
        return cls(values)

    @classmethod
    def of_call(cls, assertion: str, wanted: Wanted) -> Expected:
        """Like `of`, for a mapping or a `unittest.mock.call`."""
        if isinstance(wanted, Mapping):
            return cls.of(assertion, wanted)
        *_, args, kwargs = wanted
        if args:
            raise TypeError(f"{assertion}() takes its expectations by keyword: {_listed()}")
        return cls.of(assertion, kwargs)

    def differences(self, call: RouteCall) -> list[str]:
        """Lines for each keyword in which the request differs. Live values are compared, redacted ones shown."""
        lines = []
        for name, wanted in self.values.items():
            sent = _sent(call, name)
            if not _equal(name, wanted, sent):
                lines += [f"  {name}", f"    expected {wanted!r}", f"    sent     {_sent(call.redacted, name)!r}"]
        return lines

    def __str__(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.values.items()) or "a request"


def _sent(call: RouteCall, name: str) -> object:
    try:
        return getattr(call, name)
    except ValueError:
        return call.content  # no JSON: show what it is


def _equal(name: str, wanted: object, sent: Any) -> bool:  # noqa: ANN401  # a field of a request
    if name == "headers" and isinstance(wanted, Mapping):
        return all(key.lower() in sent and bool(value == sent[key.lower()]) for key, value in wanted.items())
    if name in ("params", "data") and isinstance(wanted, Mapping):
        return wanted.keys() == sent.keys() and all(_same_field(value, sent[key]) for key, value in wanted.items())
    if name == "content" and isinstance(wanted, str):
        return bool(wanted.encode() == sent)
    return bool(wanted == sent)


def _same_field(wanted: object, sent: str | list[str]) -> bool:
    """Fields travel as text: `page=2` is sent as `"2"`, `True` as `"true"` (httpx), and a list as several fields."""
    if bool(wanted == sent):
        return True
    if isinstance(wanted, list | tuple):
        many = sent if isinstance(sent, list) else [sent]
        return len(wanted) == len(many) and all(map(_same_field, wanted, many))
    if isinstance(wanted, bool):
        return sent == str(wanted).lower()
    if wanted is None:
        return sent == ""
    return isinstance(wanted, int | float) and sent == str(wanted)


def _listed() -> str:
    return ", ".join(KEYWORDS[:-1]) + " and " + KEYWORDS[-1]
