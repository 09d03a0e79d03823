"""Calls that only differ in a redacted argument each get their own answer, like requests."""

from __future__ import annotations

from pathlib import Path

import pytest

import playhead
from playhead.deck.deck import session_of
from playhead.errors import NoMatch, RequestDrift

ADA, BOB, EVE = "Ak3y-9f8e7d6c5b4a", "Bk3y-1a2b3c4d5e6f", "Ek3y-0f0e0d0c0b0a"


class Bank:
    def __init__(self) -> None:
        self.turn = 0

    async def balance(self, password: str, *, account: str = "a") -> int:
        self.turn += 1
        return self.turn

    async def page(self, page_token: str | None = None) -> dict[str, str]:
        self.turn += 1
        return {"next_page_token": f"Pt0k-{self.turn}-{'abcdef0123' * 2}", "n": str(self.turn)}


async def record(path: Path, *passwords: str) -> list[int]:
    with playhead.use_cassette(path, record="all") as deck:
        bank = deck.double("bank", Bank, Bank)
        return [await bank.balance(each) for each in passwords]


async def test_each_gets_the_own_answers_in_whatever_order_they_ask(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    first, second, third, fourth = await record(path, ADA, BOB, ADA, BOB)
    with playhead.use_cassette(path) as deck:
        bank = deck.double("bank", Bank, Bank)
        assert [await bank.balance(each) for each in (ADA, BOB, BOB, ADA)] == [first, second, fourth, third]
    with playhead.use_cassette(path) as deck:
        bank = deck.double("bank", Bank, Bank)
        assert sorted([await bank.balance("dummy") for _ in range(4)]) == [first, second, third, fourth]
        assert session_of(deck).report.ambiguous


async def test_a_third_value_gets_nobodys_answer(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    await record(path, ADA, BOB, ADA)
    with playhead.use_cassette(path) as deck:
        bank = deck.double("bank", Bank, Bank)
        await bank.balance(ADA)
        await bank.balance(BOB)
        with pytest.raises(RequestDrift) as caught:
            await bank.balance(EVE)
        deck.acknowledge(caught.value)
        await bank.balance(ADA)
        with pytest.raises(NoMatch) as gone:
            await bank.balance(EVE)
        deck.acknowledge(gone.value)


async def test_page_tokens_of_the_recording_find_their_pages(tmp_path: Path) -> None:
    path = tmp_path / "pages.json"
    with playhead.use_cassette(path, record="all") as deck:
        bank = deck.double("bank", Bank, Bank)
        token, recorded = None, []
        for _ in range(3):
            page = await bank.page(token)
            token = page["next_page_token"]
            recorded.append(page["n"])
    with playhead.use_cassette(path) as deck:
        bank = deck.double("bank", Bank, Bank)
        first = await bank.page(None)
        second = await bank.page(first["next_page_token"])
        third = await bank.page(second["next_page_token"])
        assert [page["n"] for page in (first, second, third)] == recorded
        assert session_of(deck).report.ambiguous == []
