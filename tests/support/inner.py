"""pytest inside of a test, with the plugins that the run needs and no others.

Importing every plugin that is installed (Flask for pytest-httpbin, trio, hypothesis) takes longer than most such runs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

PLUGINS = ("playhead", "pytest_asyncio.plugin")
"""The second by its module: pytest would take its entry point, asyncio, for the library, and warn that it is loaded."""
QUIET = ("-pno:cacheprovider",)


def run_inside(
    pytester: pytest.Pytester, *args: str, apart: bool = False, plugins: Sequence[str] = PLUGINS, **options: bool
) -> pytest.RunResult:
    """Run pytest in this process or, if `apart`, in one of its own.

    Plugins are named in the environment and not as arguments, so that workers ("-n2") and programs that the inner tests
    start load the same ones. Nothing is compiled into files: of an inner test that is written twice within a second, at
    the same length, the first would run again.
    """
    run = pytester.runpytest_subprocess if apart else pytester.runpytest_inprocess
    if any(arg.startswith("-n") for arg in args):
        plugins = (*plugins, "xdist")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        patch.setenv("PYTEST_PLUGINS", ",".join(plugins))
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        patch.setattr(sys, "dont_write_bytecode", True)
        return run(*QUIET, *args, **options)
