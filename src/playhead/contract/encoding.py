"""Contract files: `.json` for people and git, `.msgpack` for size. Equal contracts are encoded as equal bytes."""

from __future__ import annotations

import json
import re

from playhead.contract.contract import Contract
from playhead.contract.plain import VERSION, Malformed, Plain, contract_of, plain_of
from playhead.errors import ContractCorrupt, UnsupportedVersion
from playhead.text.files import CONTRACT_KEY

__all__ = ["decode", "encode_json", "encode_msgpack"]

_COLUMNS = 100
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LINE = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def encode_json(contract: Contract) -> bytes:
    """Encode a contract as JSON. Values that fit on a line are on one line, so that a diff of one field is one line."""
    text = _laid_out(plain_of(contract), "\n") + "\n"
    # JSON may hold half of a surrogate pair, which UTF-8 cannot: it stays escaped.
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def encode_msgpack(contract: Contract) -> bytes:
    """Encode a contract as MessagePack."""
    import msgpack  # type: ignore[import-untyped]  # ships without types

    data = msgpack.packb(plain_of(contract), unicode_errors="surrogatepass")
    assert isinstance(data, bytes)
    return data


def decode(data: bytes, path: str) -> Contract:
    """Decode a contract in either encoding.

    Args:
        data: The content of the file.
        path: Its path, for messages.

    Raises:
        ContractCorrupt: The file is damaged, or is something else.
        UnsupportedVersion: The file was written by a later version of playhead.
    """
    plain = _parsed(data, path)
    version = plain.get(CONTRACT_KEY)
    if type(version) is int and version > VERSION:
        raise UnsupportedVersion(path, version)
    if type(version) is not int or version < 1:
        raise ContractCorrupt(path, f"it does not say `{CONTRACT_KEY}: {VERSION}`")
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
        raise ContractCorrupt(path, "it is not an object")
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
