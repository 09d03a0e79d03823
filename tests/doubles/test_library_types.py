"""Results and exceptions of libraries come back as their own types."""

from __future__ import annotations

import email.errors
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict, MultiDictProxy, istr

import playhead


class Source:
    """Returns the value that it was made with."""

    def __init__(self, value: Any) -> None:
        self._value = value

    async def value(self) -> Any:
        return self._value

    async def fail(self) -> None:
        raise self._value


async def replayed(path: Path, made: Any, use: Callable[[Any], Any]) -> Any:
    async with playhead.use_cassette(path, record="all") as deck:
        await use(deck.double("source", Source, lambda: Source(made)))
    async with playhead.use_cassette(path) as deck:
        return await use(deck.double("source", Source))


PAIRS = [("Via", "a"), ("Set-Cookie", "b"), ("Set-Cookie", "c")]


@pytest.mark.parametrize("kind", [MultiDict, CIMultiDict])
@pytest.mark.parametrize("proxy", [False, True])
async def test_headers_are_many_and_in_any_case(tmp_path: Path, kind: Any, proxy: bool) -> None:
    made = kind(PAIRS)
    if proxy:
        made = (CIMultiDictProxy if kind is CIMultiDict else MultiDictProxy)(made)
    back = await replayed(tmp_path / "a.json", made, lambda source: source.value())
    assert type(back) is type(made)
    assert back == made
    assert list(back.items()) == PAIRS
    assert back.getall("Set-Cookie") == ["b", "c"]
    assert ("via" in back) is (kind is CIMultiDict)


async def test_a_text_of_a_class_written_in_c(tmp_path: Path) -> None:
    playhead.register(istr)
    back = await replayed(tmp_path / "a.json", istr("via"), lambda source: source.value())
    assert back == "via"


class Odd(Exception):
    """An exception whose text and properties come from private attributes."""

    def __init__(self, code: int, request: object) -> None:
        super().__init__()
        self._code = code
        self._request = request

    @property
    def code(self) -> int:
        return self._code

    def __str__(self) -> str:
        return f"code {self._code}"


async def test_an_exception_keeps_the_values_that_it_hides_and_no_objects(tmp_path: Path) -> None:
    async def use(source: Any) -> Odd:
        with pytest.raises(Odd) as caught:
            await source.fail()
        return caught.value

    back = await replayed(tmp_path / "a.json", Odd(7, Source(1)), use)
    assert (str(back), back.code) == ("code 7", 7)
    assert "_request" not in vars(back)


async def test_an_exception_of_a_library_that_the_module_of_the_spec_uses(tmp_path: Path) -> None:
    async def use(source: Any) -> Any:
        with pytest.raises(aiohttp.ClientError) as caught:
            await source.fail()
        return type(caught.value)

    assert await replayed(tmp_path / "a.json", aiohttp.ServerDisconnectedError("gone"), use) is (
        aiohttp.ServerDisconnectedError
    )


async def test_only_exceptions_of_it_are_made(tmp_path: Path) -> None:
    back = await replayed(tmp_path / "a.json", aiohttp.ClientTimeout(total=3), lambda source: source.value())
    assert not isinstance(back, aiohttp.ClientTimeout)
    assert back.total == 3


async def test_what_no_module_of_the_spec_uses_is_not_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = email.errors.MessageError("odd")
    monkeypatch.delitem(globals(), "email")

    async def use(source: Any) -> Any:
        with pytest.raises(Exception, match="odd") as caught:
            await source.fail()
        return caught.value

    back = await replayed(tmp_path / "a.json", error, use)
    assert type(back) is playhead.RecordedError
    assert back.kind == "email.errors.MessageError"


class Bare:
    """A class without attributes."""


@pytest.mark.parametrize("spec", [Bare, None])
async def test_a_double_is_true_and_can_be_a_key_and_shown(tmp_path: Path, spec: Any) -> None:
    async with playhead.use_cassette(tmp_path / "a.json", record="all") as deck:
        double = deck.double("bare", spec, Bare)
        assert double
        assert {double: 1}[double] == 1
        assert "bare" in str(double)
        assert double == double  # as keys of a dictionary are compared
