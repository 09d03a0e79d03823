"""Values of libraries that may not be installed (numpy, multidict), and of `pathlib`: written, and read again.

A value of a library can only be there if the library is loaded, so it is looked for in `sys.modules` to write one. It
is imported by name to read one.
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any, cast

from playhead.errors import Unrecordable
from playhead.model.call import Plain
from playhead.values.scalars import base64_of, tagged

__all__ = ["read_array", "read_multidict", "read_path", "write_array", "write_multidict", "write_path"]

Write = Callable[[object], Plain]
Read = Callable[[Plain], Any]


def write_path(value: object, _kind: type[Any], _write: Write) -> Plain:
    """Return a path as text with slashes."""
    pathlib = sys.modules.get("pathlib")
    return tagged("path", cast(Any, value).as_posix()) if pathlib and isinstance(value, pathlib.PurePath) else None


def read_path(parts: Mapping[str, Plain], _read: Read) -> object:
    """Return a path of this system."""
    return _library("pathlib", "pathlib.Path", "path").Path(str(parts["v"]))


def write_multidict(value: object, _kind: type[Any], write: Write) -> Plain:
    """Return headers or a query of aiohttp: a name may occur twice, and in any case."""
    multidict = sys.modules.get("multidict")
    if multidict is None or not isinstance(value, multidict.MultiMapping):
        return None
    return tagged(
        "multidict",
        [[str(key), write(item)] for key, item in cast(Mapping[str, object], value).items()],
        any_case=isinstance(value, multidict.CIMultiDict | multidict.CIMultiDictProxy),
        proxy=isinstance(value, multidict.MultiDictProxy),
    )


def read_multidict(parts: Mapping[str, Plain], read: Read) -> object:
    """Return a multidict of the recorded class."""
    multidict = _library("multidict", "multidict.MultiDict", "multidict")
    pairs = [(read(key), read(value)) for key, value in cast(list[list[Plain]], parts["v"])]
    made = multidict.CIMultiDict(pairs) if parts.get("any_case") else multidict.MultiDict(pairs)
    if not parts.get("proxy"):
        return made
    return multidict.CIMultiDictProxy(made) if parts.get("any_case") else multidict.MultiDictProxy(made)


def write_array(value: object, _kind: type[Any], _write: Write) -> Plain:
    """Return an array or a scalar of numpy as its bytes; not one of Python objects."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.ndarray | numpy.generic):
        return None
    array = numpy.asarray(value)
    if array.dtype.hasobject:
        return None
    scalar = isinstance(value, numpy.generic)
    data = base64_of(numpy.ascontiguousarray(array).tobytes())
    return tagged("array", data, dtype=array.dtype.str, shape=list(array.shape), scalar=scalar)


def read_array(parts: Mapping[str, Plain], _read: Read) -> object:
    """Return the array, or the scalar, with the recorded type and shape."""
    numpy = _library("numpy", "numpy.ndarray", "numpy array")
    data = base64.b64decode(str(parts["v"]))
    array = numpy.frombuffer(data, dtype=numpy.dtype(str(parts["dtype"]))).reshape(parts["shape"]).copy()
    return array[()] if parts.get("scalar") else array


def _library(name: str, kind: str, value: str) -> ModuleType:
    """Import a library; `Unrecordable` if it is not installed."""
    try:
        return import_module(name)
    except ImportError:
        raise Unrecordable(f"A recorded value is a {value}: install {name} to replay it.", kind=kind) from None
