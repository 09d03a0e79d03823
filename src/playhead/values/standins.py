"""Stand-ins for recorded values whose own class is not available at replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

__all__ = ["Row", "StandIn"]


class StandIn:
    """The attributes of a recorded object whose class was called `kind`. Stand-ins compare by their attributes."""

    _playhead_kind: str

    def __init__(self, kind: str, attributes: Mapping[str, Any]) -> None:
        self.__dict__.update(attributes)
        self.__dict__["_playhead_kind"] = kind

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StandIn) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # its attributes may change

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items() if name != "_playhead_kind")
        return f"<stand-in for {self._playhead_kind}: {shown}>"


class Row(tuple[Any, ...]):
    """A row of a database, read by position or by column like `asyncpg.Record` and `sqlite3.Row`."""

    _columns: tuple[str, ...]

    def __new__(cls, columns: Sequence[str], values: Sequence[Any]) -> Self:
        row = super().__new__(cls, values)
        row._columns = tuple(columns)
        return row

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        for column, value in zip(self._columns, self, strict=True):
            if column == key:
                return value
        lowered = key.lower()  # sqlite3.Row ignores the case of columns
        for column, value in zip(self._columns, self, strict=True):
            if column.lower() == lowered:
                return value
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return key in self._columns or super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a column, or `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def keys(self) -> list[str]:
        """Return the names of the columns."""
        return list(self._columns)

    def values(self) -> Iterator[Any]:
        """Return the values in the order of the columns."""
        return iter(self)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Return pairs of column and value."""
        return zip(self._columns, self, strict=True)

    def __repr__(self) -> str:
        return f"<Row {' '.join(f'{column}={value!r}' for column, value in self.items())}>"
