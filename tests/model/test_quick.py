"""Values that are made fast are frozen dataclasses all the same."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, fields, replace
from inspect import signature

import pytest

from playhead.model.http import Request
from playhead.model.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class Point:
    """A point."""

    x: int
    y: int = 7


def test_it_is_made_by_position_and_by_name_with_defaults() -> None:
    assert Point(1) == Point(x=1, y=7)
    assert repr(Point(1)) == "Point(x=1, y=7)"
    assert list(signature(Point).parameters) == [field.name for field in fields(Point)]


def test_it_cannot_be_changed_and_hashes_by_value() -> None:
    with pytest.raises(FrozenInstanceError):
        Point(1).x = 2  # type: ignore[misc]  # that is the point
    assert hash(Point(1)) == hash(Point(1))


def test_a_wrong_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="missing 1 required"):
        Point()  # type: ignore[call-arg]  # likewise
    with pytest.raises(TypeError, match="unexpected keyword"):
        Point(1, z=2)  # type: ignore[call-arg]  # likewise


def test_it_is_replaced_copied_and_pickled_as_any() -> None:
    request = Request("GET", "http://api.test/")

    assert replace(request, method="PUT") == Request("PUT", "http://api.test/")
    assert copy.copy(request) == pickle.loads(pickle.dumps(request)) == request
