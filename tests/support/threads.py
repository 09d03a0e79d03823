"""A switch of the interpreter for tests of order in threads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def noting_at_once() -> Iterator[None]:
    """Keep threads from being changed between the end of a request and the line that notes it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
