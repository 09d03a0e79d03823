"""The files that playhead writes, by the ends of their names and by their first bytes."""

from __future__ import annotations

__all__ = [
    "CASSETTES",
    "CASSETTE_KEY",
    "CONTRACT_KEY",
    "HEAD_BYTES",
    "JOURNAL",
    "JSON",
    "MSGPACK",
    "OTHERS",
    "YAML",
    "begins_as_contract",
    "begins_as_recording",
]

JSON, MSGPACK, JOURNAL = ".json", ".msgpack", ".journal"
CASSETTES = (JSON, MSGPACK)
"""The suffixes of cassettes. Contracts have the same two."""
YAML = (".yaml", ".yml")
OTHERS = (*YAML, ".har")
"""The suffixes of other tools' cassettes, which are told from what they hold all the same."""

CASSETTE_KEY = "playhead"
"""The first name in a cassette and in a journal; its value is the version of the format."""
CONTRACT_KEY = "playhead_contract"
HEAD_BYTES = 64
"""The first name of a file stands within so many bytes, whatever white space comes before."""


def begins_as_recording(start: bytes) -> bool:
    """Return True for the first bytes of a cassette or a journal."""
    return _names_first(CASSETTE_KEY, start)


def begins_as_contract(start: bytes) -> bool:
    """Return True for the first bytes of a contract."""
    return _names_first(CONTRACT_KEY, start)


def _names_first(key: str, start: bytes) -> bool:
    name = key.encode()
    signs = (b'"%b"' % name, bytes([0xA0 | len(name)]) + name)  # MessagePack puts the length before a short text
    return any(sign in start[:HEAD_BYTES] for sign in signs)
