"""The servers that doubles are recorded from: started on loopback for the length of a block, and gone after it.

Where a server's program is not installed, the tests that record from it skip, and say what to install.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from playhead.demo.serving import free_port, wait_for

__all__ = ["new_database", "postgres", "redis_server"]

STOP_S = 30.0
DEBIAN = "/usr/lib/postgresql/*/bin"
"""Debian keeps the programs of each version of PostgreSQL here, off the PATH."""


@contextmanager
def new_database() -> Iterator[Path]:
    """A fresh cluster of PostgreSQL, not running: see `postgres`."""
    initdb = _program("initdb", "postgresql")
    with tempfile.TemporaryDirectory(prefix="playhead-postgres-") as folder:
        if os.getuid() == 0:
            shutil.chown(folder, _account())
        data = Path(folder, "data")
        options = ["--auth=trust", "--username=tester", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run([initdb, "--pgdata", str(data), *options])
        yield data


@contextmanager
def postgres(data: Path) -> Iterator[str]:
    """PostgreSQL on this cluster: its DSN."""
    port = free_port()
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", "", "-F"]
    command = [_program("postgres", "postgresql"), "-D", str(data), *options]
    with _running(command, signal.SIGINT, **_unprivileged()):  # its "fast" way to stop
        wait_for(port)
        _wait_until_ready(port)
        yield f"postgresql://tester@127.0.0.1:{port}/postgres"


@contextmanager
def redis_server() -> Iterator[str]:
    """Redis, keeping nothing: its URL."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _running([_program("redis-server", "redis-server"), *options], signal.SIGTERM):
        wait_for(port)
        yield f"redis://127.0.0.1:{port}/0"


def _program(name: str, package: str) -> str:
    """Return the path of a program; the test skips if there is none."""
    folders = [os.environ.get("PATH", ""), *map(str, sorted(Path("/").glob(DEBIAN[1:]), reverse=True))]
    found = shutil.which(name, path=os.pathsep.join(folders))
    if found is None:
        pytest.skip(f"recording needs {name}: apt-get install {package}")
    return found


def _account() -> str:
    """An account without privileges: PostgreSQL does not run as root."""
    names = [each.pw_name for each in pwd.getpwall()]
    return next((name for name in ("postgres", "nobody") if name in names), "") or pytest.skip(
        "PostgreSQL does not run as root, and there is neither an account postgres nor nobody"
    )


def _unprivileged() -> dict[str, Any]:
    return {"user": _account(), "extra_groups": []} if os.getuid() == 0 else {}


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **_unprivileged())
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_until_ready(port: int) -> None:
    """It listens before it lets anyone in."""
    command = [_program("pg_isready", "postgresql"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    deadline = time.monotonic() + STOP_S
    while subprocess.run(command, check=False).returncode != 0:
        assert time.monotonic() < deadline, "PostgreSQL does not get ready"
        time.sleep(0.02)


@contextmanager
def _running(command: list[str], stop: signal.Signals, **options: Any) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd="/", stdout=log, stderr=log, **options)
        try:
            yield
        finally:
            process.send_signal(stop)
            process.wait(timeout=STOP_S)
