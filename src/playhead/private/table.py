"""The whole table of private names: asyncio, threads and interpreter, trio and anyio, test runners, mocks, clients."""

from __future__ import annotations

from playhead.private.of_asyncio import ASYNCIO
from playhead.private.of_libraries import ANYIO, CLIENTS, TRIO
from playhead.private.of_python import INTERPRETER, THREADS
from playhead.private.of_testing import MOCKS, RUNNERS

__all__ = ["PRIVATE_NAMES"]

PRIVATE_NAMES = (*ASYNCIO, *THREADS, *INTERPRETER, *TRIO, *ANYIO, *RUNNERS, *MOCKS, *CLIENTS)
