"""Details of errors to act on.

They tell where two requests differ, which option leaves that out, and what a placeholder does in a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from playhead.errors import NOTE_COLUMNS, PlayheadError, RequestDrift, wrapped

__all__ = [
    "cassette_rows",
    "difference_rows",
    "ignore_rows",
    "option_row",
    "path_rows",
    "tell_of_placeholders",
    "told_alone",
]

_INDENT = len(f"  {'':<9} ")


def cassette_rows(name: str, size: int) -> list[tuple[str, str]]:
    """Return rows with the cassette and its number of interactions."""
    return path_rows("cassette", name, f"  ({size} recorded)")


def path_rows(label: str, path: str, said: str) -> list[tuple[str, str]]:
    """Return rows with a path and a remark on it, such as `", of vcrpy"`.

    A path that is too long for a row is broken before its last part.
    """
    if _INDENT + len(path + said) <= NOTE_COLUMNS:
        return [(label, path + said)]
    folder, slash, file = path.rpartition("/")
    parts = [path] if _INDENT + len(path) <= NOTE_COLUMNS else [f"{folder}{slash}", file]
    rows = [part for part in (*parts, said.lstrip(", ")) if part]
    return [(label, rows[0]), *(("", row) for row in rows[1:])]


def difference_rows(differences: Iterable[tuple[str, str, str]], sent: str = "sent") -> list[tuple[str, str]]:
    """Return a row for each place, or three where the values do not fit beside its name.

    `sent` is the verb for the live side.
    """
    rows: list[tuple[str, str]] = []
    for name, was, now in differences:
        place = _printed(name)
        text = f"recorded {was}   {sent} {now}"
        if len(f"  {place:<9} {text}") <= NOTE_COLUMNS:
            rows.append((place, text))
            continue
        room = NOTE_COLUMNS - 2
        rows.append((place if len(place) <= room else "…" + place[1 - room :], ""))
        rows += [("", f"recorded {was}"), ("", f"{sent:<8} {now}")]
    return rows


def told_alone(drift: RequestDrift) -> str:
    """Return the sentence of a drift where its notes are not shown: it has the first difference in it."""
    said = str(drift)
    if not drift.differences:
        return said
    (place, was, now), *others = drift.differences
    more = f", and {len(others)} more" if others else ""
    return f"{said.partition(': it differs in ')[0]}: {_printed(place)} recorded {was}, sent {now}{more}."


def ignore_rows(places: Sequence[str]) -> list[tuple[str, str]]:
    """Return the option that leaves out these places, to be copied into a test.

    It is on one line, or with a line for each place if it is long. Without places there are no rows.
    """
    if not places:
        return []
    texts = [_literal(place) for place in dict.fromkeys(places)]
    line = f"ignore=[{', '.join(texts)}]"
    if _INDENT + len(line) <= NOTE_COLUMNS:
        return [("or", line)]
    return [("or", "\n".join(["ignore=[", *(f"  {text}," for text in texts), "]"]))]


def option_row(option: str, said: str) -> tuple[str, str]:
    """Return an option to be copied and a remark, which goes on a line of its own if it does not fit."""
    line = f"{option}, {said}"
    return "or", line if _INDENT + len(line) <= NOTE_COLUMNS else f"{option},\n{said}"


def _literal(text: str) -> str:
    """Return the text as a Python literal, in double quotes unless it has some itself."""
    written = repr(text)
    return written if '"' in written else f'"{written[1:-1]}"'


def _printed(place: str) -> str:
    """Return a place on one line, whatever is in a name."""
    return place if place.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in place)


def tell_of_placeholders(error: PlayheadError, sent: Iterable[tuple[str, str]]) -> None:
    """Say that a request carries placeholders, as text and kind, that the program has read from the recording."""
    for text, kind in dict.fromkeys(sent):
        said = (
            "was read from the recording, where it stands for a redacted value; "
            f'redact=["!{kind}"] keeps it, if it is not secret: then record again'
        )
        error.with_notes([("sent", text), *(("", line) for line in wrapped(said))])
