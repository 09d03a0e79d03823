"""Whether a signature takes the arguments of a call, asked of Python itself: `Signature.bind` takes a hundred times as
long, and a third of what a call of an autospecced mock costs."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

__all__ = ["checking"]


def checking(signature: Signature) -> Callable[..., object]:
    """A function that does nothing with arguments that the signature takes, and raises its TypeError for others."""
    native = _function_of(signature)

    def check(*args: Any, **kwargs: Any) -> None:
        try:
            native(*args, **kwargs)
        except TypeError:
            signature.bind(*args, **kwargs)

    return check


def _function_of(signature: Signature) -> Callable[..., object]:
    """A function with these parameters. Their names are identifiers, which `inspect.Parameter` sees to."""
    known: dict[str, Any] = {}
    exec(f"def native({', '.join(_parameters(signature))}): pass", known)
    native: Callable[..., object] = known["native"]
    return native


def _parameters(signature: Signature) -> list[str]:
    texts: list[str] = []
    kinds = [each.kind for each in signature.parameters.values()]
    for position, each in enumerate(signature.parameters.values()):
        if each.kind is Parameter.KEYWORD_ONLY and not {Parameter.VAR_POSITIONAL, each.kind} & set(kinds[:position]):
            texts.append("*")
        texts.append(_STARS.get(each.kind, "") + each.name + ("" if each.default is Parameter.empty else "=None"))
        if each.kind is Parameter.POSITIONAL_ONLY and each.kind not in kinds[position + 1 :]:
            texts.append("/")
    return texts


_STARS: dict[Any, str] = {Parameter.VAR_POSITIONAL: "*", Parameter.VAR_KEYWORD: "**"}
