"""Contract files: `.json` for people and for git, `.msgpack` for size. The same contract gives the same bytes."""

from __future__ import annotations

import json
import re

from playhead.contract.contract import Contract
from playhead.contract.plain import MARK, VERSION, Malformed, Plain, contract_of, plain_of
from playhead.errors import ContractCorrupt, UnsupportedVersion

__all__ = ["decode", "encode_json", "encode_msgpack", "looks_like_contract"]

_COLUMNS = 100
_MARKED = MARK.encode()
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def looks_like_contract(start: bytes) -> bool:
    """Whether a file that starts so is a contract, and not a cassette."""
    return _MARKED in start[:64]


def encode_json(contract: Contract) -> bytes:
    """The text of a contract: what fits on a line is on one, so that a change of one field shows as one line."""
    text = _laid_out(plain_of(contract), "\n") + "\n"
    # Half of a surrogate pair, as JSON may have it, is written as JSON escapes it.
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def encode_msgpack(contract: Contract) -> bytes:
    """The same as msgpack."""
    import msgpack  # type: ignore[import-untyped]  # ships without types

    data = msgpack.packb(plain_of(contract), unicode_errors="surrogatepass")
    assert isinstance(data, bytes)
    return data


def decode(data: bytes, path: str) -> Contract:
    """The contract in a file's bytes, whichever encoding it has; ContractCorrupt or UnsupportedVersion otherwise."""
    plain = _parsed(data, path)
    version = plain.get(MARK)
    if type(version) is int and version > VERSION:
        raise UnsupportedVersion(path, version)
    if type(version) is not int or version != VERSION:
        raise ContractCorrupt(path, f"it does not say `{MARK}: {VERSION}`")
    try:
        return contract_of(plain)
    except Malformed as malformed:
        raise ContractCorrupt(path, str(malformed)) from None


def _parsed(data: bytes, path: str) -> Plain:
    try:
        value = json.loads(data) if data[:1].isspace() or data[:1] == b"{" else _unpacked(data)
    except (ValueError, RecursionError) as error:
        raise ContractCorrupt(path, f"it cannot be decoded ({error})") from None
    if not isinstance(value, dict):
        raise ContractCorrupt(path, "it is no object")
    return value


def _unpacked(data: bytes) -> object:
    import msgpack

    try:
        return msgpack.unpackb(data, unicode_errors="surrogatepass")
    except msgpack.UnpackException as error:
        raise ValueError(str(error)) from None


def _laid_out(value: object, newline: str) -> str:
    line = _LINE.encode(value)
    if len(line) + len(newline) <= _COLUMNS or not value or not isinstance(value, dict | list):
        return line
    inner = newline + "  "
    if isinstance(value, list):
        return "[" + ",".join(inner + _laid_out(item, inner) for item in value) + newline + "]"
    members = (f"{inner}{_LINE.encode(key)}: {_laid_out(item, inner)}" for key, item in value.items())
    return "{" + ",".join(members) + newline + "}"
