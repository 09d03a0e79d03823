"""Cassettes on disk: files, journals, locks, large bodies. The only package that opens cassette files."""

from __future__ import annotations

from playhead.model.http import LARGE_BODY_BYTES
from playhead.store.bodies import iter_body, read_body
from playhead.store.cassettes import load, save
from playhead.store.commits import commit
from playhead.store.journals import Journal, recover
from playhead.store.spools import Spool, spool

__all__ = [
    "LARGE_BODY_BYTES",
    "Journal",
    "Spool",
    "commit",
    "iter_body",
    "load",
    "read_body",
    "recover",
    "save",
    "spool",
]
