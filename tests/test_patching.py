"""Everything that is patched is in one list, and all of it is taken back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from playhead import Cassette, save, use_cassette
from playhead.guard.network import NetworkGuard
from playhead.model.cassette import Recorded
from playhead.patching import Patches, patched


class Box:
    """Something to patch."""

    def open(self) -> str:
        return "closed"


class Smaller(Box):
    """Inherits what is patched."""


def test_what_is_patched_is_one_list_while_a_deck_is_open(tmp_path: Path) -> None:
    before = patched()
    with use_cassette(tmp_path / "a.json", record="missing"):
        names = patched()["interception"]
        for each in (
            "sys.meta_path",
            "threading.Thread.start",
            f"{httpx.HTTPTransport.__module__}.HTTPTransport.handle_request",
            f"{httpx.AsyncHTTPTransport.__module__}.AsyncHTTPTransport.handle_async_request",
        ):
            assert each in names
        assert "socket.socket.connect" in patched()["network guard"]  # counts what is not recorded
    assert patched() == before


def test_the_guard_and_the_wall_clock_are_in_the_list(tmp_path: Path) -> None:
    pytest.importorskip("time_machine")
    save(Cassette((), Recorded(at="2026-01-01T00:00:00Z")), tmp_path / "a.json")
    before = patched()
    with NetworkGuard("a test"), use_cassette(tmp_path / "a.json", wall_clock="recorded"):
        now = patched()
        assert {"socket.getaddrinfo", "socket.socket.connect"} <= set(now["network guard"])
        assert now["wall clock"] == ["time"]
    assert patched() == before


def test_the_list_is_complete(tmp_path: Path) -> None:
    """No door of the standard library or a client has one of our functions unless the list names it."""
    doors = [
        (threading.Thread, "start"),
        (socket.socket, "connect"),
        (socket.socket, "sendto"),
        (socket, "getaddrinfo"),
        (subprocess.Popen, "__init__"),
        (os, "system"),
        (httpx.HTTPTransport, "handle_request"),
    ]
    originals = [getattr(owner, name) for owner, name in doors]
    finders = list(sys.meta_path)
    with NetworkGuard("a test"), use_cassette(tmp_path / "a.json", record="missing"):
        listed = {name for names in patched().values() for name in names}
        for (owner, name), original in zip(doors, originals, strict=True):
            module = getattr(owner, "__module__", None)
            full = ".".join(filter(None, (module, owner.__name__, name)))
            assert (getattr(owner, name) is not original) == (full in listed), full
    assert [getattr(owner, name) for owner, name in doors] == originals
    assert sys.meta_path == finders


def test_a_patch_of_another_tool_stays() -> None:
    patches = Patches("a test")
    patches.replace(Box, "open", lambda original: lambda self: f"ours of {original(self)}")
    ours = Box.open
    Box.open = theirs = lambda self: f"theirs of {ours(self)}"  # type: ignore[method-assign]
    patches.restore()
    assert Box.open is theirs
    assert Box().open() == "theirs of ours of closed"
    assert "a test" not in patched()
    del Box.open
    Box.open = lambda self: "closed"  # type: ignore[method-assign]


def test_what_was_inherited_is_inherited_again() -> None:
    patches = Patches("another test")
    patches.replace(Smaller, "open", lambda original: lambda self: "ours")
    assert Smaller().open() == "ours"
    assert patched()["another test"] == [f"{__name__}.Smaller.open"]
    patches.restore()
    assert "open" not in vars(Smaller)
