"""Decorating a class of tests: each test gets a deck of its own on the one cassette, told apart by its origin.

A `unittest.TestCase` has one deck a test, from before `setUp` to after the last cleanup; `setUpClass`, `tearDownClass`
and the class's cleanups have one each. Of other classes, which pytest runs, the functions are decorated one by one:
the tests, and `setup_method`, `teardown_method`, `setup_class` and `teardown_class`.

Origins are pytest's node ids, also under unittest, so that either runner replays what the other one recorded.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any, Protocol
from unittest import IsolatedAsyncioTestCase, TestCase

from playhead.settings.surroundings import SURROUNDINGS, current_origin, root
from playhead.use.decorate import Scope, decorated

__all__ = ["decorated_class"]

_CLASS_STEPS = ("setUpClass", "tearDownClass")
_METHOD_STEPS = ("setup_method", "teardown_method", "setup_class", "teardown_class")
_UNDECORATED = "_playhead_undecorated"
_under_way: set[str] = set()
"""The origins of the class steps that are running now."""


class OfOrigin(Protocol):
    """Makes the scope of one call, whose recordings carry this origin."""

    def __call__(self, origin: str, /) -> Scope: ...


def decorated_class(cls: type[object], scope: OfOrigin) -> None:
    """Put the tests of a class, inherited ones included, on the decks that `scope` opens."""
    if issubclass(cls, TestCase):
        _decorate_case(cls, scope)
        return
    _decorate_members(cls, dir(cls), scope)
    _decorate_later(cls, lambda subclass: _decorate_members(subclass, list(vars(subclass)), scope))


def _decorate_members(cls: type[object], names: Iterable[str], scope: OfOrigin) -> None:
    for name in names:
        if name.startswith("test") or name in _METHOD_STEPS:
            _decorate_member(cls, name, scope)


def _decorate_member(cls: type[object], name: str, scope: OfOrigin) -> None:
    """Decorate a function of a class that pytest runs. What an inherited one got from its own class gives way."""
    member = inspect.getattr_static(cls, name)
    kind = type(member) if isinstance(member, (staticmethod, classmethod)) else None
    function = member.__func__ if kind is not None else member
    if not inspect.isfunction(function):
        return
    function = getattr(function, _UNDECORATED, function)
    if name in _METHOD_STEPS:
        wrapper = _same_arguments(decorated(function, lambda: scope(_origin_of_step(cls, name))), function)
    else:
        wrapper = decorated(function, lambda: scope(_origin_of_test(cls, name)))
    setattr(wrapper, _UNDECORATED, function)
    setattr(cls, name, kind(wrapper) if kind is not None else wrapper)


def _same_arguments(wrapper: Callable[..., object], function: FunctionType) -> Callable[..., object]:
    """Give the wrapper as many positional arguments as the function: pytest reads from the code what a step takes."""
    as_many: tuple[Callable[..., Any], ...] = (
        lambda: wrapper(),  # noqa: PLW0108  # not the same: the wrapper's code takes *args
        lambda first: wrapper(first),  # noqa: PLW0108
        lambda first, second: wrapper(first, second),  # noqa: PLW0108
    )
    return functools.wraps(function)(as_many[function.__code__.co_argcount])


def _decorate_case(cls: type[TestCase], scope: OfOrigin) -> None:
    setattr(cls, "run", _running(cls.run, scope))  # noqa: B010  # mypy forbids to assign to a method
    setattr(cls, "debug", _running(cls.debug, scope))  # noqa: B010
    setattr(cls, "addClassCleanup", _adding(inspect.getattr_static(cls, "addClassCleanup"), scope))  # noqa: B010
    for name in _CLASS_STEPS:
        member = inspect.getattr_static(cls, name)
        if member is not vars(TestCase)[name]:
            setattr(cls, name, _class_step(member, scope))
    _decorate_later(cls, lambda subclass: _decorate_class_steps(subclass, scope))


def _decorate_class_steps(cls: type[object], scope: OfOrigin) -> None:
    """Decorate the class steps that a subclass has of its own; all else it inherits."""
    for name in _CLASS_STEPS:
        if name in vars(cls):
            setattr(cls, name, _class_step(vars(cls)[name], scope))


def _decorate_later(cls: type[object], decorate: Callable[[type[object]], None]) -> None:
    """Have subclasses decorated as they are made."""
    before = inspect.getattr_static(cls, "__init_subclass__")

    def init_subclass(subclass: type[object], /, **named: object) -> None:
        before.__get__(None, subclass)(**named)
        decorate(subclass)

    setattr(cls, "__init_subclass__", classmethod(init_subclass))  # noqa: B010


def _class_step(member: object, scope: OfOrigin) -> object:
    """Put a class method of unittest on a deck, unless a subclass's own calls it on that deck already."""
    if not isinstance(member, classmethod):
        return member
    function = getattr(member.__func__, _UNDECORATED, member.__func__)

    @functools.wraps(function)
    def step(cls: type[object]) -> object:
        origin = f"{_place_of(cls)}::{function.__name__}"
        if origin in _under_way:
            return function(cls)
        with scope(origin), _noted(origin):
            return function(cls)

    setattr(step, _UNDECORATED, function)
    return classmethod(step)


@contextmanager
def _noted(origin: str) -> Iterator[None]:
    _under_way.add(origin)
    try:
        yield
    finally:
        _under_way.discard(origin)


def _adding(member: MethodType, scope: OfOrigin) -> object:
    """`addClassCleanup`, which puts each cleanup on a deck. They are told apart by number."""
    add = member.__func__
    numbers: dict[type[Any], Iterator[int]] = {}

    def add_class_cleanup(
        cls: type[object], function: Callable[..., object], /, *args: object, **named: object
    ) -> None:
        origin = f"{_place_of(cls)}::class cleanup {next(numbers.setdefault(cls, count(1)))}"

        @functools.wraps(function)
        def cleanup(*args: object, **named: object) -> object:
            with scope(origin):
                return function(*args, **named)

        add(cls, cleanup, *args, **named)

    return classmethod(functools.wraps(add)(add_class_cleanup))


def _running(original: Callable[..., object], scope: OfOrigin) -> Callable[..., object]:
    """`TestCase.run` or `debug` on a deck."""

    @functools.wraps(original)
    def run(self: TestCase, *args: object, **named: object) -> object:
        with _CaseDeck(self, scope).steps():
            return original(self, *args, **named)

    return run


class _CaseDeck:
    """The deck of one run of a test case.

    It is opened in `setUp` and closed by a cleanup that is added when all others have run: there errors are those of
    the test, and the context (and the event loop) is the one in which the test ran.
    """

    def __init__(self, case: TestCase, scope: OfOrigin) -> None:
        self._case = case
        self._scope = scope
        self._entered: Scope | None = None
        self._set_up = case.setUp
        self._clean_up = case.doCleanups

    @contextmanager
    def steps(self) -> Iterator[None]:
        """Have the case call these methods of ours, around its own."""
        case: dict[str, Any] = vars(self._case)
        before: dict[str, Any] = {name: case[name] for name in ("setUp", "doCleanups") if name in case}
        case["setUp"], case["doCleanups"] = self._open, self._close
        error: BaseException | None = None
        try:
            yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            del case["setUp"], case["doCleanups"]
            case.update(before)
            self._leave(error)  # only `debug`, and what stops the whole run, leave it to us

    def _open(self) -> None:
        scope = self._scope(_origin_of_test(type(self._case), self._case.id().rpartition(".")[2]))
        scope.__enter__()
        self._entered = scope
        self._set_up()

    def _close(self) -> object:
        self._clean_up()
        error = _failure(self._case)
        if isinstance(self._case, IsolatedAsyncioTestCase):
            self._case.addAsyncCleanup(self._leave_async, error)
        else:
            self._case.addCleanup(self._leave, error)
        return self._clean_up()

    def _leave(self, error: BaseException | None) -> None:
        left, self._entered = self._entered, None
        if left is not None:
            left.__exit__(type(error) if error else None, error, None)

    async def _leave_async(self, error: BaseException | None) -> None:
        left, self._entered = self._entered, None
        if left is not None:
            await left.__aexit__(type(error) if error else None, error, None)


def _failure(case: TestCase) -> Exception | None:
    """Stands for the failure of a test, or for its being skipped.

    unittest has no public way to ask that before a test is over; these attributes of `_outcome` are there since 3.11.
    """
    outcome = getattr(case, "_outcome", None)
    if outcome is None or (outcome.success and outcome.expectedFailure is None):
        return None
    return AssertionError("the test did not pass")


def _origin_of_test(cls: type[object], name: str) -> str:
    """Return the node id that pytest has for a test, or would have if it started in the working directory."""
    running = current_origin() if SURROUNDINGS.root is not None else None
    return running or f"{_place_of(cls)}::{name}"


def _origin_of_step(cls: type[object], name: str) -> str:
    if name.endswith("_class"):
        return f"{_place_of(cls)}::{name}"
    return f"{_origin_of_test(cls, name)} ({name})"


def _place_of(cls: type[object]) -> str:
    names = cls.__qualname__.rpartition("<locals>.")[2].replace(".", "::")
    try:
        path = Path(inspect.getfile(cls)).absolute()
    except (TypeError, OSError):
        return f"{cls.__module__}::{names}"
    return f"{path.relative_to(root()).as_posix() if path.is_relative_to(root()) else path.name}::{names}"
