"""vcrpy's public names, on decks of playhead: change `import vcr` to `from playhead.compat import vcr`.

Finding, filters, hooks, record modes and the file are vcrpy's, and its modules that are not changed are handed on
(`vcr.errors`, `vcr.matchers`, `vcr.request`). Recording, replaying to httpx and httpx2, redaction and reports are
playhead's.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from vcr import __version__
from vcr.record_mode import RecordMode
from vcr.record_mode import RecordMode as mode  # noqa: N813  # vcrpy's name for it
from vcr.request import Request

from playhead.compat.vcr import cassette, config, unittest
from playhead.compat.vcr.cassette import Cassette
from playhead.compat.vcr.config import VCR
from playhead.compat.vcr.unittest import VCRMixin, VCRTestCase

__all__ = [
    "VCR",
    "Cassette",
    "RecordMode",
    "Request",
    "VCRMixin",
    "VCRTestCase",
    "__version__",
    "cassette",
    "config",
    "default_vcr",
    "mode",
    "unittest",
    "use_cassette",
]

default_vcr = VCR()
use_cassette = default_vcr.use_cassette

_THEIRS = frozenset(
    {"errors", "filters", "matchers", "migration", "patch", "persisters", "record_mode", "request", "serialize"}
    | {"serializers", "stubs", "util"}
)


def __getattr__(name: str) -> Any:
    """Return a module of vcrpy that is not changed."""
    if name not in _THEIRS:
        raise AttributeError(f"module 'playhead.compat.vcr' has no attribute {name!r}")
    return import_module(f"vcr.{name}")
