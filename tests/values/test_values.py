"""Values come back as themselves through both encodings. Others are stand-ins, and marked in the file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import ipaddress
import math
import sqlite3
import uuid
import zoneinfo
from collections import Counter, OrderedDict, deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

import attrs
import pydantic
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import playhead
from playhead.codecs.calls import invocation_of, invocation_parts
from playhead.matching.json_value import by_value, text_of
from playhead.model.call import Call, Invocation, Returned
from playhead.model.cassette import Cassette
from playhead.values.plain import plain_of
from playhead.values.types import Types
from playhead.values.values import value_of
from tests.doubles.support import recorded, replayed, twice


class Color(enum.Enum):
    RED = "r"
    BLUE = (1, 2)


class Level(enum.IntEnum):
    LOW = 1


class Word(enum.StrEnum):
    YES = "yes"


class Right(enum.Flag):
    READ = 1
    WRITE = 2


class Point(NamedTuple):
    x: int
    y: float


@dataclasses.dataclass(frozen=True)
class Money:
    amount: Decimal
    currency: str = "EUR"


@dataclasses.dataclass(slots=True)
class Slotted:
    name: str
    money: Money


@attrs.define
class Attrs:
    name: str
    tags: list[str]


class Model(pydantic.BaseModel):
    id: int
    when: dt.datetime
    inner: Money | None = None


class Typed(TypedDict):
    name: str
    color: Color


class Plain:
    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plain) and self.name == other.name

    __hash__ = None  # type: ignore[assignment]


class Text(str):
    pass


T = TypeVar("T")


@dataclasses.dataclass
class Page(Generic[T]):
    items: list[T]


class Source:
    """A spec whose annotations name the types of its results."""

    def __init__(self, value: Any = None) -> None:
        self._value = value

    async def get(self) -> Color | Level | Word | Right | Point | Money | Slotted | Attrs | Model | Typed | Plain: ...

    async def page(self) -> Page[Money]: ...

    async def texts(self) -> list[Text]: ...


class Giver(Source):
    async def get(self) -> Any:
        return self._value


WHEN = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)

VALUES: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "é",
    2**70,
    -(2**63) - 1,
    math.inf,
    "half \ud800 pair",
    b"\x00\xff",
    bytearray(b"x"),
    1 + 2j,
    complex(-0.0, math.inf),
    WHEN,
    dt.datetime(2026, 3, 29, 2, 30, fold=1),
    dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
    dt.datetime(2026, 1, 2, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    dt.date(1, 1, 1),
    dt.time(1, 2, 3, 4),
    dt.timedelta(days=-1, microseconds=1),
    dt.UTC,
    zoneinfo.ZoneInfo("Europe/Berlin"),
    Decimal("1.10"),
    Decimal("NaN"),
    Decimal("-Infinity"),
    Fraction(1, 3),
    uuid.UUID(int=7),
    Path("/a/b"),
    ipaddress.ip_address("10.0.0.1"),
    ipaddress.ip_network("fe80::/10"),
    (1, (2, [3])),
    {1, 2},
    {(1, 2), "a"},
    frozenset({"a"}),
    range(1, 9, 2),
    deque([1, 2]),
    Counter("aab"),
    OrderedDict(b=1, a=2),
    {"a": {"$": 1}},
    {"$": "datetime", "v": "2026"},
    {1: "a", "b": 2, (1, 2): None, None: 3},
    {"ключ": "é"},
    {"\ud800": 1},
    Color.RED,
    Color.BLUE,
    Level.LOW,
    Word.YES,
    Right.READ,
    Right.READ | Right.WRITE,
    Point(1, 2.0),
    Money(Decimal("1.5")),
    Slotted("a", Money(Decimal(1))),
    Attrs("a", ["b"]),
    Model(id=1, when=WHEN, inner=Money(Decimal(2))),
    Plain("a"),
    [Money(Decimal(1)), Color.RED, {"x": (Point(1, 1.0),)}],
    ValueError("a", 1),
]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Exception):
        return type(one) is type(other) and one.args == other.args
    if isinstance(one, Decimal | float) and one != one:
        return type(one) is type(other) and other != other
    return bool(one == other) and type(one) is type(other) and repr(one) == repr(other)


@pytest.mark.asyncio
@pytest.mark.parametrize("suffix", [".json", ".msgpack"])
async def test_every_value_comes_back_as_itself(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cassette{suffix}"
    remaining = list(VALUES)

    class Giving(Source):
        async def get(self) -> Any:
            return remaining.pop(0)

    async def use(source: Any) -> list[Any]:
        return [await source.get() for _ in VALUES]

    first = await recorded(path, Source, Giving, use)
    for given_, found in zip(first, await replayed(path, Source, use), strict=True):
        assert _same(given_, found) or isinstance(given_, Plain | set | frozenset), (given_, found)
        assert type(given_) is type(found)


@pytest.mark.asyncio
async def test_generic_and_nested_types_are_found_by_annotations(tmp_path: Path) -> None:
    class Giving(Source):
        async def page(self) -> Any:
            return Page([Money(Decimal(1))])

        async def texts(self) -> Any:
            return [Text("a")]

    async def use(source: Any) -> list[Any]:
        texts = await source.texts()
        return [await source.page(), texts, type(texts[0])]

    assert await twice(tmp_path / "c.json", Source, Giving, use) == [Page([Money(Decimal(1))]), [Text("a")], Text]


@pytest.mark.asyncio
async def test_an_unknown_type_is_a_stand_in_and_the_file_says_so(tmp_path: Path) -> None:
    kind = dataclasses.make_dataclass("Hidden", [("name", str), ("size", int)])
    kind.__module__ = "elsewhere"
    path = tmp_path / "c.json"

    async def use(source: Any) -> Any:
        return await source.get()

    await recorded(path, Source, lambda: Giver(kind("a", 1)), use)
    assert '"stand_in": true' in path.read_text()
    found = await replayed(path, Source, use)
    assert (found.name, found.size) == ("a", 1)
    assert "stand-in for elsewhere.Hidden" in repr(found)


@pytest.mark.asyncio
async def test_registered_types(tmp_path: Path) -> None:
    class Opaque:
        __slots__ = ("text",)

        def __init__(self, text: str) -> None:
            self.text = text

        def shout(self) -> str:
            return self.text.upper()

    playhead.register(Opaque, encode=lambda value: {"text": value.text}, decode=lambda parts: Opaque(parts["text"]))

    async def use(source: Any) -> str:
        return str((await source.get()).shout())

    assert await twice(tmp_path / "c.json", Source, lambda: Giver(Opaque("a")), use) == "A"
    for wrong in (7, Opaque("a")):
        with pytest.raises(playhead.UsageError):
            playhead.register(wrong)  # type: ignore[arg-type]
    with pytest.raises(playhead.UsageError):
        playhead.register(Opaque, encode=str)


@pytest.mark.asyncio
async def test_rows_of_sqlite_are_read_by_position_and_by_name(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row = connection.execute("SELECT 1 AS id, 'Ada' AS name").fetchone()

    async def use(source: Any) -> list[Any]:
        found = await source.get()
        return [found["id"], found[1], found["NAME"], tuple(found), found.keys(), len(found)]

    expected = [1, "Ada", "Ada", (1, "Ada"), ["id", "name"], 2]
    assert await twice(tmp_path / "c.json", Source, lambda: Giver(row), use) == expected
    connection.close()


@pytest.mark.asyncio
async def test_views_and_iterators_of_dicts_are_not_lost(tmp_path: Path) -> None:
    async def use(source: Any) -> list[Any]:
        return list(await source.get())

    assert await twice(tmp_path / "c.json", Source, lambda: Giver(iter([1, 2])), use) == [1, 2]
    with pytest.raises(playhead.PlayheadError, match="dict_keys"):
        await recorded(tmp_path / "d.json", Source, lambda: Giver({"a": 1}.keys()), use)


class _NoObjects:
    def label(self, value: object) -> None:
        return None

    def object(self, label: str, kind: str) -> object:
        raise AssertionError

    def unknown(self, kind: type[Any], /) -> None:
        return None


_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters())
    | st.binary()
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.fractions()
    | st.complex_numbers(allow_nan=False)
    | st.sampled_from([*Color, *Level, *Word, *Right, Money(Decimal(1)), Point(1, 2.0)])
    | st.ip_addresses()
)
_keys = st.text(st.characters()) | st.integers() | st.booleans() | st.none() | st.tuples(st.integers(), st.text())
_values = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_keys, inner, max_size=3)
        | st.tuples(inner, inner)
        | st.sets(st.integers() | st.text(), max_size=3)
        | st.frozensets(st.integers(), max_size=3)
    ),
    max_leaves=8,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(_values, st.sampled_from([".json", ".msgpack"]))
def test_what_is_read_is_what_was_written(tmp_path: Path, value: Any, suffix: str) -> None:
    types, objects = Types([Source]), _NoObjects()
    plain = plain_of(value, types, objects)
    path = tmp_path / f"law{suffix}"
    playhead.save(Cassette((Invocation(1, Call("d", "m", (plain,), {}), Returned(plain)),)), path)
    (loaded,) = playhead.load(path).interactions
    assert isinstance(loaded, Invocation)
    found = value_of(loaded.returned, types, objects)
    assert found == value
    assert repr(found) == repr(value) or isinstance(value, set | frozenset) or "{" in repr(value)
    assert text_of(list(loaded.call.args)) == text_of([plain])


@settings(max_examples=60, deadline=None)
@given(_values, _values)
def test_keys_are_equal_for_equal_plain_values_alone(one: Any, other: Any) -> None:
    types, objects = Types([Source]), _NoObjects()
    left, right = plain_of(one, types, objects), plain_of(other, types, objects)
    assert (text_of(left) == text_of(right)) == (repr(_ordered(by_value(left))) == repr(_ordered(by_value(right))))


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((name, _ordered(item)) for name, item in value.items()) if value else {}
    return [_ordered(item) for item in value] if isinstance(value, list) else value


def test_numbers_are_compared_by_value_as_in_requests_and_flags_are_none() -> None:
    assert text_of([1]) == text_of([1.0])
    assert text_of([1]) != text_of([True])
    assert text_of([1e20]) == text_of([10**20])
    assert text_of(["1.0"]) != text_of([1.0])
    assert text_of([{"a": 1, "b": 2}]) == text_of([{"b": 2, "a": 1}])
    assert text_of([2**53]) != text_of([2**53 + 1])


def test_parts_of_an_invocation_are_read_back() -> None:
    invocation = Invocation(3, Call("db", "m", ({"a": 1},), {"b": None}, "x-1", "call"), Returned([1]))
    assert invocation_of(invocation_parts(invocation), None) == invocation


def test_pure_paths_are_paths() -> None:
    types, objects = Types([Source]), _NoObjects()
    assert value_of(plain_of(PurePosixPath("/a"), types, objects), types, objects) == PurePosixPath("/a")
