"""Details that an error is acted on by: where two requests differ, what leaves that out, and what a placeholder does in
a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playhead.errors import NOTE_COLUMNS, PlayheadError

__all__ = ["difference_rows", "ignore_rows", "tell_of_placeholders"]

_INDENT = len(f"  {'':<9} ")


def difference_rows(differences: Iterable[tuple[str, str, str]], sent: str = "sent") -> list[tuple[str, str]]:
    """A row for each place, or three where the values would not fit beside its name; `sent` is what was done to
    them."""
    rows: list[tuple[str, str]] = []
    for place, was, now in differences:
        text = f"recorded {was}   {sent} {now}"
        if len(f"  {place:<9} {text}") <= NOTE_COLUMNS:
            rows.append((place, text))
            continue
        room = NOTE_COLUMNS - 2
        rows.append((place if len(place) <= room else "…" + place[1 - room :], ""))
        rows += [("", f"recorded {was}"), ("", f"{sent:<8} {now}")]
    return rows


def ignore_rows(places: Sequence[str]) -> list[tuple[str, str]]:
    """The option that leaves out these places, in a row, or a row for each place if it is long."""
    texts = [f'"{place}"' for place in dict.fromkeys(places)]
    line = f"ignore=[{', '.join(texts)}]"
    if _INDENT + len(line) <= NOTE_COLUMNS:
        return [("or", line)]
    return [("or", "ignore=["), *(("", f"  {text},") for text in texts), ("", "]")]


def tell_of_placeholders(error: PlayheadError, sent: Iterable[tuple[str, str]]) -> None:
    """Say that a request carries placeholders, as text and kind, that the program has read from the recording."""
    for text, kind in dict.fromkeys(sent):
        name = f'redact=["!{kind}"]'
        error.with_notes([
            ("sent", text),
            ("", "was read from the recording, where it stands for a redacted value;"),
            ("", f"{name} keeps it, if it is not secret: then record again"),
        ])  # fmt: skip
