"""Forked children: a deck belongs to the process that opened it. They replay from it, record nothing, and leave the
parent's files alone however they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

import playhead
from tests.support.wire import Wire, wire

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

_LARGE = 9 * 1024 * 1024

_HEAD = """
import json, multiprocessing, os, sys, traceback
import httpx
import httpx
import playhead

url = sys.argv[1]

def get(path):
    return httpx.get(url + path, timeout=20)

def told(child):
    # Runs `child` in a fork, and gives what it returned or how it failed.
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            said = child()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(writing, json.dumps(said).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with open(reading) as pipe:
        return json.load(pipe)
"""


def _run(folder: Path, url: str, program: str) -> Any:
    found = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", _HEAD + program, url],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


@pytest.mark.parametrize("leaves", ["sys.exit(0)", "os._exit(0)", "raise KeyError", "pass"])
def test_a_child_that_leaves_the_block_takes_nothing_with_it(leaves: str, tmp_path: Path, server: Wire) -> None:
    program = f"""
parent = os.getpid()
try:
    with playhead.use_cassette("a.json", record="missing"):
        get("/json/before")
        get("/binary?size={_LARGE}")
        pid = os.fork()
        if not pid:
            {leaves}
        else:
            status = os.waitpid(pid, 0)[1]
            get("/json/after")
except KeyError:
    pass
if os.getpid() == parent:
    print(json.dumps([os.path.exists("a.json"), sorted(os.listdir("."))]))
"""
    assert _run(tmp_path, server.url, program) == [True, ["a.json", "bodies"]]
    assert len(playhead.load(tmp_path / "a.json").interactions) == 3
    with playhead.use_cassette(tmp_path / "a.json"):
        assert len(httpx.get(f"{server.url}/binary?size={_LARGE}").content) == _LARGE
        assert httpx.get(f"{server.url}/json/before").json()["turn"] == 1
        assert httpx.get(f"{server.url}/json/after").json()["turn"] == 1


def test_the_journal_of_a_parent_that_fails_later_is_still_there(tmp_path: Path, server: Wire) -> None:
    program = """
from playhead.use.cassette import open_deck
from playhead.settings.resolve import resolve

session = open_deck("a.json", resolve({"record": "missing"}))
get("/json/one")
said = told(lambda: session.close(commit=True))
session.close(commit=False, keep_journal=True)
journal = session.files.journal_path
print(json.dumps([said, str(journal), os.path.exists(journal), os.listdir(".")]))
"""
    assert _run(tmp_path, server.url, program) == [None, "a.json.journal", True, ["a.json.journal"]]


def test_recording_in_a_child_is_refused_by_name(tmp_path: Path, server: Wire) -> None:
    program = """
with playhead.use_cassette("a.json", record="missing"):
    said = told(lambda: get("/json/child").status_code)
    get("/json/parent")
print(json.dumps(said))
"""
    said = _run(tmp_path, server.url, program)
    assert said.startswith("NetworkBlocked: a.json is recorded by process ")
    assert "forked child" in said
    assert server.seen["/json/child"] == 0
    (recorded,) = playhead.load(tmp_path / "a.json").interactions
    assert recorded.request.url.endswith("/json/parent")


def test_what_a_child_swallowed_is_raised_when_it_leaves_the_block(tmp_path: Path, server: Wire) -> None:
    program = """
def child():
    try:
        get("/json/child")
    except Exception:
        pass
    session.close(commit=True)

from playhead.use.cassette import open_deck
from playhead.settings.resolve import resolve
session = open_deck("a.json", resolve({"record": "missing"}))
get("/json/parent")
said = told(child)
session.close(commit=True)
print(json.dumps(said))
"""
    assert _run(tmp_path, server.url, program).startswith("NetworkBlocked: a.json is recorded by process ")


def test_calls_of_doubles_in_a_child_are_refused_and_their_real_object_stays_open(tmp_path: Path, server: Wire) -> None:
    program = """
from playhead.deck.deck import session_of

class Real:
    closed = False
    def __enter__(self): return self
    def __exit__(self, *_): open("closed-by-" + str(os.getpid()), "w").close()
    def ask(self, question): return question.upper()

def child():
    try:
        double.ask("b")
    finally:
        session_of(deck).close(commit=True)

with playhead.use_cassette("a.json", record="missing") as deck:
    double = deck.double("oracle", Real, real=Real)
    double.ask("a")
    said = told(child)
closings = [name for name in os.listdir(".") if name.startswith("closed")]
print(json.dumps([said, closings == [f"closed-by-{os.getpid()}"]]))
"""
    said, closed_once = _run(tmp_path, server.url, program)
    assert said.startswith("NetworkBlocked: a.json is recorded by process ")
    assert closed_once


def test_children_replay(tmp_path: Path) -> None:
    with wire() as server:
        url = server.url
        with playhead.use_cassette(tmp_path / "a.json", record="missing"):
            httpx.get(f"{url}/json/one")
            httpx.get(f"{url}/json/two")
    program = """
def work(path):
    return get(path).json()["path"]

with playhead.use_cassette("a.json"):
    first = told(lambda: work("/json/one"))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        rest = pool.map(work, ["/json/one", "/json/two"])
    mine = [work("/json/two"), work("/json/one")]
print(json.dumps([first, rest, mine]))
"""
    assert _run(tmp_path, url, program) == [
        "/json/one",
        ["/json/one", "/json/two"],
        ["/json/two", "/json/one"],
    ]


def test_a_child_may_open_a_cassette_of_its_own(tmp_path: Path, server: Wire) -> None:
    program = """
def child():
    with playhead.use_cassette("child.json", record="missing"):
        get("/json/child")

with playhead.use_cassette("a.json", record="missing"):
    get("/json/parent")
    told(child)
print(json.dumps(sorted(os.listdir("."))))
"""
    assert _run(tmp_path, server.url, program) == ["a.json", "child.json"]
    (recorded,) = playhead.load(tmp_path / "child.json").interactions
    assert recorded.request.url.endswith("/json/child")


def test_a_fork_while_another_thread_holds_the_lock_of_the_deck(tmp_path: Path) -> None:
    with wire() as server:
        url = server.url
        with playhead.use_cassette(tmp_path / "a.json", record="missing"):
            httpx.get(f"{url}/json/one")
    program = """
import threading
from playhead.deck.deck import session_of
held, done = threading.Event(), threading.Event()

def hold():
    with session_of(deck).lock:
        held.set()
        done.wait()

with playhead.use_cassette("a.json") as deck:
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    said = told(lambda: get("/json/one").json()["path"])
    done.set()
    thread.join()
    get("/json/one")
print(json.dumps(said))
"""
    assert _run(tmp_path, url, program) == "/json/one"
