"""Suites of services, run by pytest: `pytest --record` with their databases, then `pytest` when these are gone."""

from __future__ import annotations

import os
from pathlib import Path

import aiosqlite  # noqa: F401 - imported before the runs inside of this one, which forget what they import
import pytest

from tests.dependencies.servers import postgres
from tests.support.inner import run_inside

LOGGING = """
import asyncio, os, pytest, playhead

def log(line):
    with open("log", "a") as file:
        file.write(line + "\\n")

def loop_of(line):
    log(f"{line} in {id(asyncio.get_running_loop())}")

@pytest.fixture
def address():
    log("asked for the address")
    return os.environ["ADDRESS"]
"""

SQLITE = {
    "conftest": LOGGING
    + """
import aiosqlite

@playhead.double_fixture(spec=aiosqlite.Connection)
async def database(address):
    loop_of("opened")
    async with aiosqlite.connect(address) as connection:
        await connection.execute("create table users (id integer primary key, name text unique)")
        yield connection
    loop_of("closed")
""",
    "test_users": """
import aiosqlite, asyncio, pytest, pytest_asyncio
from conftest import loop_of

@pytest_asyncio.fixture
async def ada(database):
    cursor = await database.execute("insert into users (name) values ('Ada')")
    return cursor.lastrowid

@pytest.mark.asyncio
async def test_a_user_is_found(database, ada):
    loop_of("ran")
    async with database.execute("select name from users where id = ?", (ada,)) as cursor:
        assert await cursor.fetchone() == ("Ada",)
    with pytest.raises(aiosqlite.IntegrityError):
        await database.execute("insert into users (name) values ('Ada')")
    assert database.execute.await_count == 2
    database.execute.assert_awaited_with("insert into users (name) values ('Ada')")

@pytest.mark.asyncio
async def test_nothing_is_asked_of_the_database(database):
    assert database.execute.call_count == 0
""",
}

POSTGRES = {
    "conftest": LOGGING
    + """
import asyncpg

@playhead.double_fixture(spec=asyncpg.Pool)
async def pool(address):
    loop_of("opened")
    async with asyncpg.create_pool(address, min_size=1) as made:
        yield made
    loop_of("closed")
""",
    "test_orders": """
import asyncio, asyncpg, pytest
from conftest import loop_of

class Orders:
    def __init__(self, pool):
        self.pool = pool

    async def add(self, number):
        async with self.pool.acquire() as connection, connection.transaction():
            return await connection.fetchval("insert into orders values ($1) returning number", number)

@pytest.mark.asyncio
async def test_an_order_is_added_once(pool):
    loop_of("ran")
    orders = Orders(pool)
    await pool.execute("create table if not exists orders (number int unique)")
    await pool.execute("truncate orders")
    assert await asyncio.gather(orders.add(1), orders.add(2)) == [1, 2]
    with pytest.raises(asyncpg.UniqueViolationError, match="duplicate key"):
        await orders.add(1)
    assert pool.acquire.call_count == 3
""",
}


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return run_inside(pytester, *options)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    for name in [name for name in os.environ if name.startswith("PLAYHEAD_")]:
        monkeypatch.delenv(name)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    return pytester


def log_of(project: pytest.Pytester) -> list[str]:
    path = project.path / "log"
    return path.read_text().splitlines() if path.exists() else []


def expect_one_loop(lines: list[str]) -> None:
    """The real object was asked for, opened and closed once, in the loop of the test, which was still running."""
    assert [line.split(" in ")[0] for line in lines if " in " in line and "ran" not in line] == ["opened", "closed"]
    assert len({line.split(" in ")[1] for line in lines if " in " in line}) == 1, lines


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_a_suite_on_sqlite(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    project.makepyfile(**SQLITE)
    monkeypatch.setenv("ADDRESS", ":memory:")
    run(project, f"-oasyncio_mode={mode}", "--record").assert_outcomes(passed=2)
    lines = log_of(project)
    expect_one_loop(lines)
    assert lines.count("asked for the address") == 2  # by both tests: what they will call is not known yet
    (project.path / "log").unlink()
    monkeypatch.setenv("ADDRESS", "/nowhere/users.db")
    run(project, f"-oasyncio_mode={mode}").assert_outcomes(passed=2)
    assert [line for line in log_of(project) if not line.startswith("ran")] == []


def test_a_suite_on_postgres(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, cluster: Path) -> None:
    pytest.importorskip("asyncpg", reason="recording needs asyncpg: pip install asyncpg")
    project.makepyfile(**POSTGRES)
    with postgres(cluster) as dsn:
        monkeypatch.setenv("ADDRESS", dsn)
        run(project, "--record").assert_outcomes(passed=1)
    expect_one_loop(log_of(project))
    (project.path / "log").unlink()
    for options in ((), ("--timing=recorded",), ("--timing=virtual",)):
        run(project, *options).assert_outcomes(passed=1)
    assert [line for line in log_of(project) if not line.startswith("ran")] == []
