"""Interception: every client is reached, decks are found by context, and nothing stays patched."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import httpx2
import pytest

import playhead
import playhead.httpx
from playhead import use_cassette
from playhead.deck.context import of_context
from playhead.deck.deck import session_of
from tests.support.wire import Wire, wire

METHODS = [
    (getattr(library, owner), method)
    for library in (httpx, httpx2)
    for owner, method in (("HTTPTransport", "handle_request"), ("AsyncHTTPTransport", "handle_async_request"))
]


@pytest.fixture(autouse=True)
def nothing_stays_patched() -> Iterator[None]:
    before = [vars(owner)[name] for owner, name in METHODS]
    yield
    assert [vars(owner)[name] for owner, name in METHODS] == before
    assert playhead.current_deck() is None


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[Path, str]:
    """A cassette with `GET /json/a` and `GET /json/b`, and the address of the server that is gone."""
    path = tmp_path / "recorded.json"
    with wire() as server, use_cassette(path, record="all"), httpx.Client() as client:
        client.get(f"{server.url}/json/a")
        client.get(f"{server.url}/json/b")
    return path, server.url


def test_clients_built_earlier_are_reached(recorded: tuple[Path, str]) -> None:
    path, url = recorded
    with httpx.Client() as client, use_cassette(path):
        assert client.get(f"{url}/json/a").json()["path"] == "/json/a"


def test_mounts_are_reached(recorded: tuple[Path, str]) -> None:
    path, url = recorded
    with httpx2.Client(mounts={"http://": httpx2.HTTPTransport()}) as client, use_cassette(path):
        assert client.get(f"{url}/json/a").status_code == 200


def test_both_libraries_share_a_cassette(recorded: tuple[Path, str]) -> None:
    path, url = recorded
    with use_cassette(path) as deck:
        httpx.get(f"{url}/json/a")
        httpx2.get(f"{url}/json/b")
    assert deck.unplayed == ()


def test_it_is_over_after_an_exception(recorded: tuple[Path, str]) -> None:
    path, _ = recorded
    with pytest.raises(ZeroDivisionError), use_cassette(path):
        raise ZeroDivisionError


def test_a_recording_that_ends_in_an_exception_is_discarded(server: Wire, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), use_cassette(tmp_path / "no.json", record="all"):  # noqa: PT012
        httpx.get(f"{server.url}/json/a")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_keep_on_error_keeps_it(server: Wire, tmp_path: Path) -> None:
    path = tmp_path / "yes.json"
    with pytest.raises(ZeroDivisionError), use_cassette(path, record="all", keep_on_error=True):  # noqa: PT012
        httpx.get(f"{server.url}/json/a")
        raise ZeroDivisionError
    assert len(playhead.load(path).interactions) == 1


def test_it_is_over_after_a_failed_save_and_the_journal_is_kept(server: Wire, tmp_path: Path) -> None:
    path = tmp_path / "folder.json"
    deck = use_cassette(path, record="all")
    with pytest.raises(playhead.PlayheadError) as info, deck:  # noqa: PT012
        httpx.get(f"{server.url}/json/a")
        path.mkdir()
    assert "folder.json" in str(info.value)
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".journal"] == ["folder.json.journal"]


def test_decks_nest_and_the_inner_one_plays(recorded: tuple[Path, str], tmp_path: Path) -> None:
    path, url = recorded
    with wire() as server, use_cassette(tmp_path / "inner.json", record="all"):
        httpx.get(f"{server.url}/json/inner")
    with use_cassette(path) as outer:
        httpx.get(f"{url}/json/a")
        with use_cassette(tmp_path / "inner.json") as inner:
            assert playhead.current_deck() is inner
            httpx.get(f"{server.url}/json/inner")
        httpx.get(f"{url}/json/b")
    assert (outer.unplayed, inner.unplayed) == ((), ())


def test_threads_find_the_deck(recorded: tuple[Path, str]) -> None:
    path, url = recorded
    with use_cassette(path) as deck, ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: httpx.get(f"{url}/json/{name}"), "ab"))
    assert deck.unplayed == ()


async def test_tasks_of_two_decks_keep_to_their_own(recorded: tuple[Path, str], tmp_path: Path) -> None:
    path, url = recorded
    playhead.save(playhead.load(path), tmp_path / "second.json")

    async def play(cassette: Path) -> int:
        async with use_cassette(cassette) as deck, httpx.AsyncClient() as client:
            await asyncio.sleep(0.01)
            await asyncio.gather(client.get(f"{url}/json/a"), client.get(f"{url}/json/b"))
            await asyncio.sleep(0.01)
            return len(deck.unplayed)

    assert await asyncio.gather(play(path), play(tmp_path / "second.json")) == [0, 0]


def test_a_thread_between_two_decks_is_told_to_choose(recorded: tuple[Path, str]) -> None:
    path, url = recorded
    opened, ask, done = threading.Barrier(3), threading.Event(), []

    def hold() -> None:
        with use_cassette(path):
            opened.wait()
            ask.wait()

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    opened.wait()

    def request() -> None:
        try:
            httpx.get(f"{url}/json/a")
        except playhead.UsageError as error:
            done.append(str(error))

    asker = threading.Thread(target=request)
    asker.start()
    asker.join()
    ask.set()
    for thread in threads:
        thread.join()
    assert len(done) == 1
    assert "Several cassettes are open" in done[0]
    assert done[0].count("recorded.json") == 2


async def started_on_a_deck(path: Path, url: str) -> tuple[asyncio.Event, asyncio.Task[None]]:
    """Return a task that was started on a deck, which has closed, and the event it waits for before it asks."""
    go = asyncio.Event()

    async def late() -> None:
        await go.wait()
        async with httpx.AsyncClient() as client:
            await client.get(f"{url}/json/a")

    async with use_cassette(path):
        task = asyncio.create_task(late())
        await asyncio.sleep(0)
    return go, task


async def test_what_outlives_its_deck_is_blocked_by_name(recorded: tuple[Path, str]) -> None:
    path, url = recorded
    go, task = await started_on_a_deck(path, url)
    async with use_cassette(path):
        go.set()
        with pytest.raises(playhead.NetworkBlocked, match=r"recorded\.json, which has closed"):
            await task


async def test_what_outlives_the_last_deck_is_blocked_until_it_has_ended(
    recorded: tuple[Path, str], tmp_path: Path
) -> None:
    path, url = recorded
    go, task = await started_on_a_deck(path, url)
    assert hasattr(httpx.AsyncHTTPTransport.handle_async_request, "__playhead__")
    with wire() as server:  # what has nothing to do with the deck is let through
        assert httpx.get(f"{server.url}/json/a").status_code == 200
    go.set()
    with pytest.raises(playhead.NetworkBlocked, match=r"recorded\.json, which has closed"):
        await task
    await asyncio.sleep(0)
    assert not hasattr(httpx.AsyncHTTPTransport.handle_async_request, "__playhead__")


def test_a_task_that_never_ends_with_its_loop_leaves_nothing_patched(recorded: tuple[Path, str]) -> None:
    path, _ = recorded

    async def leave_one_behind() -> None:
        async with use_cassette(path):
            asyncio.get_running_loop().create_task(asyncio.sleep(3600))

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # it says that the task was pending
    loop.run_until_complete(leave_one_behind())
    loop.close()
    del loop
    gc.collect()
    assert not hasattr(httpx.AsyncHTTPTransport.handle_async_request, "__playhead__")


def test_decorated_functions_of_every_kind(recorded: tuple[Path, str]) -> None:
    path, url = recorded

    @use_cassette(path)
    def plain(name: str) -> int:
        return httpx.get(f"{url}/json/{name}").status_code

    @use_cassette(path)
    def generator() -> Iterator[int]:
        yield httpx.get(f"{url}/json/a").status_code

    @use_cassette(path)
    async def coroutine() -> int:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{url}/json/a")).status_code

    @use_cassette(path)
    async def stream() -> AsyncIterator[int]:
        async with httpx.AsyncClient() as client:
            for name in "ab":
                response = await client.get(f"{url}/json/{name}")
                yield response.status_code

    async def collect() -> list[int]:
        found = []
        async for each in stream():
            assert playhead.current_deck() is not None  # open, and not in this context
            found.append(each)
        return found

    assert plain("a") == 200
    assert plain("a") == 200, "each call opens a deck of its own"
    assert plain.__name__ == "plain"
    assert list(generator()) == [200]
    assert asyncio.run(coroutine()) == 200
    assert asyncio.run(collect()) == [200, 200]


def test_a_decorated_class_decorates_its_tests(recorded: tuple[Path, str]) -> None:
    path, url = recorded

    @use_cassette(path)
    class TestSuite:
        def test_one(self) -> int:
            return httpx.get(f"{url}/json/a").status_code

        def helper(self) -> bool:
            return playhead.current_deck() is None

    assert TestSuite().test_one() == 200
    assert TestSuite().helper()


async def test_an_in_process_application_is_recorded_by_an_explicit_transport(tmp_path: Path) -> None:
    calls = []

    async def app(scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        calls.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-app", b"1")]})  # type: ignore[operator]
        await send({"type": "http.response.body", "body": b"from the app"})  # type: ignore[operator]

    for record in ("all", "none"):
        async with use_cassette(tmp_path / "app.json", record=record, intercept=False) as deck:
            transport = playhead.httpx.AsyncTransport(deck, inner=httpx.ASGITransport(app))
            async with httpx.AsyncClient(transport=transport, base_url="http://app.test") as client:
                response = await client.get("/hello")
                assert (response.text, response.headers["x-app"]) == ("from the app", "1")
    assert calls == ["/hello"]


async def test_an_in_process_transport_is_left_alone_by_interception(tmp_path: Path) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, text="mocked"))
    async with use_cassette(tmp_path / "none.json"), httpx.AsyncClient(transport=transport) as client:
        assert (await client.get("http://api.test/")).text == "mocked"


def test_a_body_in_memory_is_recorded_whole_by_an_explicit_transport(tmp_path: Path) -> None:
    inner = httpx.MockTransport(lambda request: httpx.Response(200, json={"from": "mock"}))
    for record in ("all", "none"):
        with use_cassette(tmp_path / "mock.json", record=record, intercept=False) as deck:
            client = httpx.Client(transport=playhead.httpx.Transport(deck, inner=inner))
            assert client.get("http://api.test/").json() == {"from": "mock"}


def test_an_explicit_transport_under_interception_records_once(server: Wire, tmp_path: Path) -> None:
    path = tmp_path / "once.json"
    with use_cassette(path, record="all") as deck, httpx.Client(transport=playhead.httpx.Transport(deck)) as client:
        client.get(f"{server.url}/json/a")
    assert len(playhead.load(path).interactions) == 1


@pytest.mark.parametrize(
    "program",
    [
        "import httpx2; httpx2.alias_httpx(); import httpx",
        "import httpx",
        "import httpx2 as httpx",
    ],
)
def test_a_library_imported_while_a_deck_is_open_is_reached(recorded: tuple[Path, str], program: str) -> None:
    path, url = recorded
    code = f"""
import sys, playhead
with playhead.use_cassette({str(path)!r}) as deck:
    assert "httpx" not in sys.modules
    {program}
    print(httpx.get("{url}/json/a").status_code, httpx.__name__)
original = httpx.HTTPTransport.handle_request
assert original.__module__.startswith("httpx"), original
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.startswith("200 ")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_decks_that_close_in_any_order_leave_the_context_as_it_was(tmp_path: Path, order: tuple[int, ...]) -> None:
    decks = [use_cassette(tmp_path / f"{name}.json", record="missing") for name in "ab"]
    opened = [deck.__enter__() for deck in decks]
    for number in order:
        decks[number].__exit__(None, None, None)
    assert [session_of(deck).is_open for deck in opened] == [False, False]
    assert of_context() is None, (
        "else all that comes after would be blocked, as if started under a deck that has closed"
    )
