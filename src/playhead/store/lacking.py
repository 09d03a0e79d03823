"""Notes what a file system lacks: locks, permissions, flushing, removing what is in use.

Network and FUSE mounts, memory cards and some overlays do. Recording goes on in the next best way, and one warning says
what is missing there.
"""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playhead.errors import PlayheadWarning

__all__ = ["BODIES", "lacking", "tell_lacks"]

BODIES = "bodies"
"""The folder of large bodies, beside the cassettes that they belong to."""

Feature = Literal["locks", "permissions", "flushing", "removing"]

_UNSUPPORTED = frozenset({errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL})
_ERRNOS: dict[Feature, frozenset[int]] = {
    "locks": _UNSUPPORTED | {errno.ENOLCK},
    "permissions": _UNSUPPORTED | {errno.EPERM, errno.EACCES},
    "flushing": _UNSUPPORTED,
    "removing": _UNSUPPORTED | {errno.EBUSY, errno.EPERM, errno.EACCES, errno.ETXTBSY, errno.EROFS},
}
_CONSEQUENCES: dict[Feature, str] = {
    "locks": "has no file locks ({error}): record one cassette from one machine at a time",
    "permissions": "changes no permissions ({error}): check who may read {name}",
    "flushing": "does not flush files ({error}): a power cut may lose the latest recording",
    "removing": "does not let go of a file ({error}): remove {name} by hand",
}

_noted: dict[Feature, str] = {}
_told: set[tuple[str, Feature]] = set()


@contextmanager
def lacking(feature: Feature, path: Path) -> Iterator[None]:
    """Go on after the block if the file system of `path` lacks the feature; other errors are raised."""
    try:
        yield
    except OSError as error:
        if error.errno not in _ERRNOS[feature]:
            raise
        folder = os.path.realpath(path.parent.parent if path.parent.name == BODIES else path.parent)
        if (folder, feature) not in _told:
            _told.add((folder, feature))
            _noted[feature] = _CONSEQUENCES[feature].format(error=error.strerror or error, name=path)


def tell_lacks(path: Path) -> None:
    """Warn once of what was found lacking since the last call, while `path` was recorded."""
    if not _noted:
        return
    lacks = "; it ".join(_noted.values())
    _noted.clear()
    said = f"{path} was recorded, but its file system {lacks}."
    warnings.warn(PlayheadWarning(said), stacklevel=2)
