"""Exceptions are made again by name, from a closed list of modules."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import os
import socket
import sqlite3
import ssl
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import playhead
from playhead.values.raising import exception_of
from playhead.values.registry import name_of
from playhead.values.types import Types

ARGS: dict[type[BaseException], tuple[object, ...]] = {
    KeyError: ("name",),
    TimeoutError: (),
    asyncio.QueueEmpty: (),
    concurrent.futures.CancelledError: (),
    json.JSONDecodeError: ("Expecting value", "{", 1),
    socket.gaierror: (-2, "Name or service not known"),
    sqlite3.IntegrityError: ("UNIQUE constraint failed",),
    ssl.SSLError: (1, "handshake failure"),
    subprocess.CalledProcessError: (1, "false"),
    zlib.error: ("incorrect header check",),
}


@pytest.mark.parametrize("kind", ARGS, ids=name_of)
def test_exceptions_of_the_standard_library_are_of_their_own_class(kind: type[BaseException]) -> None:
    attributes = vars(kind(*ARGS[kind]))
    error = exception_of(name_of(kind), ARGS[kind], attributes, "", Types())
    assert type(error) is kind
    assert error.args == ARGS[kind]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError], ids=name_of)
def test_no_cassette_ends_a_program_or_cancels_a_task(kind: type[BaseException]) -> None:
    assert type(exception_of(name_of(kind), (), {}, "", Types())) is playhead.RecordedError


def test_names_of_other_modules_are_not_imported() -> None:
    known = set(sys.modules)
    error = exception_of("ftplib.error_perm", ("550",), {}, "550", Types())
    assert type(error) is playhead.RecordedError
    assert "ftplib" not in set(sys.modules) - known


def test_modules_of_exceptions_and_paths_are_loaded_when_they_are_needed() -> None:
    program = (
        "import sys, playhead.values.values, playhead.values.exceptions\n"
        "print(sorted({'asyncio', 'smtplib', 'socket', 'sqlite3', 'ssl', 'subprocess'} & set(sys.modules)))\n"
        "from playhead.values.types import Types\n"
        "from playhead.values.values import value_of\n"
        "print(repr(value_of({'$': 'path', 'v': 'a/b'}, Types(), None)))"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(playhead.__file__).parents[1])}  # -S finds nothing that is installed
    run = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=True, env=env)
    loaded, path = run.stdout.splitlines()
    assert loaded == "[]"
    assert "Path(" in path
