"""YAML as cassettes have it: read by libyaml where it is there, with constructors that build plain values only.

Tags of Python that old cassettes have (unicode, tuples, files and iterators as bodies) are rebuilt from their content.
Any other tag of an object is refused by name, and nothing is executed.
"""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from typing import Any

from playhead.formats.parts import Unreadable

__all__ = ["read_yaml"]

_PYTHON = "tag:yaml.org,2002:python/"
_CONFLICT = re.compile(r"^(<<<<<<< |>>>>>>> )", re.MULTILINE)
_ALIAS = re.compile(rb"\*(?<=[\s\[{,]\*)[^\s,\]}]")  # begins with a literal, which is found ten times faster
"""May be an alias; texts that look so cost a look at the document."""
_MOST_TIMES = 100
_MOST_ALIASED = 100_000
"""A document may hold a hundred times as many values as stand in it, and some: vcrpy writes aliases for equal parts."""


def read_yaml(text: str | bytes) -> object:
    """Return the document in a text. Raises `Unreadable` with the line of the fault."""
    document = _loaded(text)
    if _ALIAS.search(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text):
        _expect_no_bomb(document)
    return document


def _loaded(text: str | bytes) -> object:
    import yaml

    try:
        return yaml.load(text, Loader=_loader())
    except yaml.constructor.ConstructorError as error:
        raise _unreadable(error, f"{error.problem}") from None
    except yaml.MarkedYAMLError as error:
        if _has_conflict(text):
            raise Unreadable("it holds the marks of a merge conflict") from None
        raise _unreadable(error, f"it is not YAML ({error.problem or error.context})") from None
    except yaml.YAMLError as error:
        raise Unreadable(f"it is not YAML ({str(error).splitlines()[0]})") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"a value in it cannot be read ({error})") from None


def _has_conflict(text: str | bytes) -> bool:
    return bool(_CONFLICT.search(text if isinstance(text, str) else text.decode("utf-8", "replace")))


def _expect_no_bomb(document: object) -> None:
    """Refuse a document whose aliases would make far more of it than there is: writing it out would not end."""
    sizes: dict[int, int] = {}
    under_way: set[int] = set()
    ahead = [document]
    while ahead:
        each = ahead[-1]
        inner = list(each.values()) if isinstance(each, dict) else each if isinstance(each, list | tuple) else None
        if inner is None or id(each) in sizes:
            ahead.pop()
            continue
        if id(each) not in under_way:
            under_way.add(id(each))
            ahead += [member for member in inner if isinstance(member, dict | list | tuple) and id(member) not in sizes]
            if any(id(member) in under_way for member in inner):
                raise Unreadable("a value in it contains itself")
            continue
        ahead.pop()
        under_way.discard(id(each))
        sizes[id(each)] = 1 + sum(sizes.get(id(member), 1) for member in inner)
    if sizes.get(id(document), 0) > _MOST_TIMES * len(sizes) + _MOST_ALIASED:
        raise Unreadable("its aliases would make far more of it than there is")


def _unreadable(error: Any, reason: str) -> Unreadable:  # noqa: ANN401  # PyYAML has no types here
    mark = error.problem_mark
    return Unreadable(reason, "" if mark is None else f"line {mark.line + 1} column {mark.column + 1}")


@cache
def _loader() -> Any:  # noqa: ANN401  # a class that exists only where PyYAML does
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]  # of whichever class there is
        """Builds plain values."""

    Loader.yaml_implicit_resolvers = {
        letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for letter, pairs in base.yaml_implicit_resolvers.items()
    }
    for name in ("str", "unicode"):
        Loader.add_constructor(_PYTHON + name, lambda loader, node: loader.construct_scalar(node))
    Loader.add_constructor(_PYTHON + "tuple", lambda loader, node: loader.construct_sequence(node, deep=True))
    Loader.add_constructor(_PYTHON + "object/new:_io.BytesIO", _file)
    Loader.add_constructor(_PYTHON + "object/apply:builtins.iter", _iterator)
    return Loader


def _file(loader: Any, node: object) -> BytesIO:  # noqa: ANN401  # PyYAML has no types here
    state = loader.construct_mapping(node, deep=True).get("state") or (b"",)
    content = state[0] if state else b""
    return BytesIO(content.encode() if isinstance(content, str) else content or b"")


def _iterator(loader: Any, node: object) -> object:  # noqa: ANN401  # PyYAML has no types here
    arguments: Any = loader.construct_mapping(node, deep=True).get("args") or ([],)
    content = arguments[0]
    if isinstance(content, list | tuple) and all(isinstance(each, bytes | str) for each in content):
        return b"".join(each.encode() if isinstance(each, str) else each for each in content)
    return content
