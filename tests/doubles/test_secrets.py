"""No secret reaches a cassette through a double, be it in arguments, results or exceptions."""

from __future__ import annotations

import dataclasses
import decimal
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

import playhead
from tests.doubles.support import recorded, replayed

CANARY = "canary-5f2c9d17b8e4"
SLACK = "xoxb-" + "123456789012-123456789012-abcdefABCDEF123456789012"


@dataclasses.dataclass
class Session:
    user: str
    access_token: str


class LoginError(Exception):
    def __init__(self, name: str, password: str) -> None:
        super().__init__(f"{name} cannot log in with {password}")
        self.password = password


class Accounts:
    password = CANARY
    pin = CANARY.encode()
    label = "accounts"

    async def blob(self) -> bytes:
        return f"see {SLACK} there".encode()

    async def link(self) -> bytearray:
        return bytearray(f"postgres://ada:{CANARY}@db.test/x".encode())

    async def unlock(self, password: bytes) -> dict[str, Any]:
        return {"password": password, "secret": decimal.Decimal("12.5"), "at": [b"\xff\x00"]}

    async def login(self, name: str, password: str) -> str:
        return "welcome"

    async def session(self, user: str) -> Session:
        return Session(user, CANARY)

    async def refuse(self, name: str, password: str) -> None:
        raise LoginError(name, password)

    async def rows(self) -> dict[Any, Any]:
        return {1: "x", "password": CANARY}

    async def stream(self, token: str) -> Any:
        yield {"api_key": token}
        yield {"seen": token}

    async def get(self, key: str) -> str:
        return f"value of {key}"

    async def note(self, text: str) -> str:
        return text

    async def execute(self, sql: str, *args: Any) -> str:
        return "INSERT 0 1"


async def _record(path: Path, use: Any) -> str:
    await recorded(path, Accounts, Accounts, use)
    return path.read_text() if path.suffix == ".json" else path.read_bytes().decode("latin-1")


@pytest.mark.asyncio
@pytest.mark.parametrize("suffix", [".json", ".msgpack"])
async def test_canaries_stay_out(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cassette{suffix}"

    async def use(accounts: Any) -> None:
        await accounts.login("ada", CANARY)
        await accounts.login(name="ada", password=CANARY)
        await accounts.session("ada")
        with pytest.raises(LoginError):
            await accounts.refuse("ada", CANARY)
        await accounts.rows()
        _ = [each async for each in accounts.stream(CANARY)]
        await accounts.note(f"Bearer {CANARY} in a text")
        await accounts.execute("INSERT INTO users VALUES ($1, $2)", "ada", CANARY)

    assert CANARY not in await _record(path, use)
    await replayed(path, Accounts, use)


@pytest.mark.asyncio
async def test_known_formats_are_found_wherever_they_stand(tmp_path: Path) -> None:
    async def use(accounts: Any) -> None:
        await accounts.note(SLACK)
        await accounts.note(f"see {SLACK}")

    assert SLACK not in await _record(tmp_path / "cassette.json", use)
    await replayed(tmp_path / "cassette.json", Accounts, use)


@pytest.mark.asyncio
async def test_assertions_see_the_live_values(tmp_path: Path) -> None:
    async def use(accounts: Any) -> None:
        await accounts.login("ada", CANARY)
        accounts.login.assert_awaited_once_with("ada", password=CANARY)

    await _record(tmp_path / "cassette.json", use)
    await replayed(tmp_path / "cassette.json", Accounts, use)


@pytest.mark.asyncio
async def test_the_key_of_a_cache_is_no_secret(tmp_path: Path) -> None:
    async def use(accounts: Any) -> list[str]:
        return [await accounts.get("user:1"), await accounts.get(key="user:2")]

    assert "user:2" in await _record(tmp_path / "cassette.json", use)

    async def swapped(accounts: Any) -> list[str]:
        return [await accounts.get("user:2"), await accounts.get("user:1")]

    assert await replayed(tmp_path / "cassette.json", Accounts, swapped) == ["value of user:2", "value of user:1"]


@pytest.mark.asyncio
async def test_a_redacted_argument_stands_for_any_of_its_kind(tmp_path: Path) -> None:
    async def use(accounts: Any) -> None:
        await accounts.login("ada", CANARY)

    await _record(tmp_path / "cassette.json", use)

    async def other(accounts: Any) -> None:
        await accounts.login("ada", "another password")

    await replayed(tmp_path / "cassette.json", Accounts, other)


@pytest.mark.asyncio
async def test_errors_show_no_secrets(tmp_path: Path) -> None:
    async def use(accounts: Any) -> None:
        await accounts.login("ada", "old-" + CANARY)

    path = tmp_path / "cassette.json"
    await _record(path, use)
    async with playhead.use_cassette(path) as deck:
        accounts = deck.double("db", Accounts)
        with pytest.raises(playhead.RequestDrift) as caught:
            await accounts.login("eve", CANARY)
        deck.acknowledge(caught.value)
    shown = "\n".join([str(caught.value), *caught.value.__notes__])
    assert CANARY not in shown
    assert '"eve"' in shown


@pytest.mark.asyncio
async def test_attributes_with_a_secret_name_stay_out(tmp_path: Path) -> None:
    async def use(accounts: Any) -> list[object]:
        return [accounts.password, accounts.pin, accounts.label]

    text = await _record(tmp_path / "cassette.json", use)
    assert CANARY not in text
    assert b64encode(CANARY.encode()).decode() not in text
    found = await replayed(tmp_path / "cassette.json", Accounts, use)
    assert found == ["REDACTED-password-1", b"REDACTED-pin-01", "accounts"]


@pytest.mark.asyncio
async def test_bytes_are_looked_into(tmp_path: Path) -> None:
    async def use(accounts: Any) -> list[object]:
        return [await accounts.blob(), await accounts.link(), await accounts.unlock(CANARY.encode())]

    text = await _record(tmp_path / "cassette.json", use)
    for secret in (SLACK, CANARY):
        for before in range(3):
            inner = b64encode(b"." * before + secret.encode())[4:-4].decode()
            assert inner not in text
    blob, link, unlocked = await replayed(tmp_path / "cassette.json", Accounts, use)
    assert blob == b"see REDACTED-slack-token-1 there"
    assert link == bytearray(b"postgres://REDACTED-user-3:REDACTED-password-2@db.test/x")
    assert unlocked == {"password": b"REDACTED-password-002", "secret": "REDACTED-secret-4", "at": [b"\xff\x00"]}


@pytest.mark.asyncio
async def test_a_secret_that_becomes_known_during_a_call_is_taken_out_of_its_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cassette.json"

    class Teller(Accounts):
        async def note(self, text: str) -> str:
            monkeypatch.setenv("DB_PASSWORD", CANARY)
            return "noted"

    async with playhead.use_cassette(path, record="all") as deck:
        accounts = deck.double("db", Accounts, real=Teller)
        await accounts.execute(f"SET {CANARY}")
        await accounts.note(f"it is {CANARY}")
        assert CANARY.encode() not in path.with_name("cassette.json.journal").read_bytes()
    assert CANARY not in path.read_text()
