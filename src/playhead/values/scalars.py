"""Values without members (text, numbers, bytes, dates, addresses): how each is written, and how each is read."""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import fractions
import ipaddress
import math
import uuid
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from playhead.model.call import Plain

__all__ = ["BASES", "READERS", "WRITERS", "base64_of", "tagged", "text_of"]

Moment = TypeVar("Moment", dt.datetime, dt.time)

_ADDRESSES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        ipaddress.IPv4Address,
        ipaddress.IPv6Address,
        ipaddress.IPv4Network,
        ipaddress.IPv6Network,
        ipaddress.IPv4Interface,
        ipaddress.IPv6Interface,
    )
}
_LEAST, _MOST = -(2**63), 2**63 - 1  # integers that both encodings of a cassette can hold


def tagged(tag: str, value: Plain, /, **more: Plain) -> Plain:
    """Return the map that stands for a value which JSON does not have."""
    return {"$": tag, "v": value, **more}


def base64_of(data: bytes) -> str:
    """Return bytes as text."""
    return base64.b64encode(data).decode()


def text_of(value: str) -> Plain:
    """Return a text as it is, or tagged if it is not Unicode."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which UTF-8 cannot encode
        return tagged("text", base64_of(value.encode("utf-8", "surrogatepass")))
    return value


def _int(value: int) -> Plain:
    return value if _LEAST <= value <= _MOST else tagged("int", str(value))


def _float(value: float) -> Plain:
    return value if math.isfinite(value) else tagged("float", repr(value))


def _zone(value: dt.datetime | dt.time) -> dict[str, Plain]:
    """Return what ISO 8601 leaves out: the name of the time zone, and `fold`."""
    zone: dict[str, Plain] = {"zone": value.tzinfo.key} if isinstance(value.tzinfo, zoneinfo.ZoneInfo) else {}
    return {**zone, "fold": 1} if value.fold else zone


def _address(value: object) -> Plain:
    return tagged("address", str(value), type=type(value).__name__)


WRITERS: dict[type[Any], Callable[[Any], Plain]] = {
    str: text_of,
    int: _int,
    float: _float,
    bytes: lambda value: tagged("bytes", base64_of(value)),
    bytearray: lambda value: tagged("bytearray", base64_of(value)),
    complex: lambda value: tagged("complex", [repr(value.real), repr(value.imag)]),
    dt.datetime: lambda value: tagged("datetime", value.isoformat(), **_zone(value)),
    dt.date: lambda value: tagged("date", value.isoformat()),
    dt.time: lambda value: tagged("time", value.isoformat(), **_zone(value)),
    dt.timedelta: lambda value: tagged("timedelta", [value.days, value.seconds, value.microseconds]),
    decimal.Decimal: lambda value: tagged("decimal", str(value)),
    uuid.UUID: lambda value: tagged("uuid", str(value)),
    range: lambda value: tagged("range", [value.start, value.stop, value.step]),
    fractions.Fraction: lambda value: tagged("fraction", str(value)),
    dt.timezone: lambda value: tagged("timezone", value.utcoffset(None).total_seconds()),
    zoneinfo.ZoneInfo: lambda value: tagged("zone", value.key),
    **dict.fromkeys(_ADDRESSES.values(), _address),
}
"""Writers by exact type."""

BASES: tuple[type[Any], ...] = (uuid.UUID, dt.datetime, dt.date, dt.time, dt.timedelta, decimal.Decimal)
"""Types whose subclasses are written as the base: libraries have faster ones of their own (asyncpg's UUID)."""


def _zoned(moment: Moment, parts: Mapping[str, Plain]) -> Moment:
    zone = zoneinfo.ZoneInfo(str(parts["zone"])) if "zone" in parts else moment.tzinfo
    return moment.replace(tzinfo=zone, fold=cast(int, parts.get("fold", 0)))


def _bytes(parts: Mapping[str, Plain]) -> bytes:
    return base64.b64decode(str(parts["v"]))


READERS: dict[str, Callable[[Mapping[str, Plain], object], object]] = {
    "address": lambda parts, _: _ADDRESSES[str(parts["type"])](str(parts["v"])),
    "bytearray": lambda parts, _: bytearray(_bytes(parts)),
    "bytes": lambda parts, _: _bytes(parts),
    "complex": lambda parts, _: complex(*(float(str(each)) for each in cast(list[Plain], parts["v"]))),
    "date": lambda parts, _: dt.date.fromisoformat(str(parts["v"])),
    "datetime": lambda parts, _: _zoned(dt.datetime.fromisoformat(str(parts["v"])), parts),
    "decimal": lambda parts, _: decimal.Decimal(str(parts["v"])),
    "float": lambda parts, _: float(str(parts["v"])),
    "fraction": lambda parts, _: fractions.Fraction(str(parts["v"])),
    "int": lambda parts, _: int(str(parts["v"])),
    "range": lambda parts, _: range(*cast(list[int], parts["v"])),
    "text": lambda parts, _: _bytes(parts).decode("utf-8", "surrogatepass"),
    "time": lambda parts, _: _zoned(dt.time.fromisoformat(str(parts["v"])), parts),
    "timedelta": lambda parts, _: dt.timedelta(*cast(list[int], parts["v"])),
    "timezone": lambda parts, _: dt.timezone(dt.timedelta(seconds=float(str(parts["v"])))),
    "uuid": lambda parts, _: uuid.UUID(str(parts["v"])),
    "zone": lambda parts, _: zoneinfo.ZoneInfo(str(parts["v"])),
}
"""Readers by tag; none needs its second argument, which reads members."""
