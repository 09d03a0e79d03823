"""A pytest plugin that runs the inner runs of pytest-recording's own suite on `playhead.compat.pytest_recording`."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from playhead.compat import blocking

PLUGIN = ("-p", "playhead.compat.pytest_recording")
_inline, _subprocess = pytest.Pytester.inline_run, pytest.Pytester.runpytest_subprocess


def _inline_run(self: pytest.Pytester, *args: Any, **named: Any) -> Any:
    return _inline(self, *PLUGIN, *args, **named)


def _runpytest_subprocess(self: pytest.Pytester, *args: Any, **named: Any) -> Any:
    return _subprocess(self, *PLUGIN, *args, **named)


pytest.Pytester.inline_run = _inline_run  # type: ignore[method-assign]
pytest.Pytester.runpytest_subprocess = _runpytest_subprocess  # type: ignore[method-assign]

_network: Any = ModuleType("pytest_recording.network")
_network.socket = sys.modules["socket"]
_network._original_socketpair = _network.socket.socketpair
_network.blocking_context = lambda allowed_hosts=None: blocking.blocked_network(allowed_hosts)
sys.modules["pytest_recording.network"] = _network
