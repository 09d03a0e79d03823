"""Words about numbers, and texts made to fit: counted nouns, cut texts, control characters escaped."""

from __future__ import annotations

__all__ = ["counted", "cut", "plural", "printable"]


def counted(number: int, noun: str) -> str:
    """Return a number and its noun: `1 request`, `2 requests`, `1,000 requests`."""
    return f"{number:,} {plural(noun, number)}"


def plural(noun: str, number: int) -> str:
    """Return a noun with the ending that goes with the number."""
    return noun if number == 1 else f"{noun}es" if noun.endswith("s") else f"{noun}s"


def cut(text: str, most: int) -> str:
    """Return the first `most` characters of a text. Where something is missing, the last of them is an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def printable(text: str) -> str:
    """Return a text with its control characters escaped: a recorded text must not drive the reader's terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
