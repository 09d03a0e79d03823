"""Styles in which programs write JSON, so that a body shown as a value gives back its very bytes.

A style is `compact`, `spaced`, `indent-2` or `indent-4`, then `-ascii` if other characters are escaped, then `-line` if
the body ends with a newline. A body in none of them (odd spacing, duplicate keys, `1.10`) is not shown as a value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from playhead.codecs.limits import DEFAULT, Limits, too_deep
from playhead.codecs.malformed import Malformed

__all__ = ["STYLES", "recognise", "refuse_constant", "render"]

_Forms = dict[str, tuple[int | None, tuple[str, str]]]

_FORMS: _Forms = {
    "compact": (None, (",", ":")),
    "spaced": (None, (", ", ": ")),
    "indent-2": (2, (",", ": ")),
    "indent-4": (4, (",", ": ")),
}


def _writer(indent: int | None, separators: tuple[str, str], *, escaped: bool) -> Callable[[object], str]:
    """Return a function that writes values as text. For styles of one line it is the C encoder itself, made once."""
    encoder = json.JSONEncoder(ensure_ascii=escaped, allow_nan=False, indent=indent, separators=separators)
    make = getattr(json.encoder, "c_make_encoder", None)
    if indent is not None or make is None:
        return encoder.encode
    string = json.encoder.encode_basestring_ascii if escaped else json.encoder.encode_basestring
    write = make(None, encoder.default, string, None, separators[1], separators[0], False, False, False)
    return lambda value: "".join(write(value, 0))


STYLES: dict[str, tuple[Callable[[object], str], bytes]] = {
    f"{form}{escaping}{ending}": (_writer(indent, separators, escaped=bool(escaping)), b"\n" if ending else b"")
    for form, (indent, separators) in _FORMS.items()
    for escaping in ("", "-ascii")
    for ending in ("", "-line")
}
"""The writer of each style, and the bytes at the end."""

_JSON_STARTS = frozenset(b'{["-0123456789tfn')


def render(value: object, style: str, limits: Limits = DEFAULT) -> bytes:
    """Return the bytes of a value in a style.

    Raises Malformed if it cannot be written: infinite numbers, deep nesting, lone surrogates.
    """
    if style not in STYLES:
        raise Malformed(f"the style is unknown; known are {', '.join(STYLES)}", "style")
    write, ending = STYLES[style]
    try:
        rendered = write(value).encode() + ending
    except UnicodeEncodeError:
        raise Malformed("it holds half of a surrogate pair", "json") from None
    except RecursionError:
        raise Malformed("it is nested too deeply", "json") from None
    except ValueError:
        raise Malformed("a number is too large or not a number", "json") from None
    if rendered.count(b"[") + rendered.count(b"{") > limits.depth and too_deep(value, limits.depth):
        raise Malformed(f"it is nested more than {limits.depth} deep", "json")
    return rendered


def recognise(body: bytes, limits: Limits = DEFAULT) -> tuple[object, str] | None:
    """Return the value and the style that give back the very bytes of `body`, `None` if no style does."""
    if not body or body[0] not in _JSON_STARTS:
        return None
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        return None
    return next(((value, style) for style in _likely(body) if _gives_back(value, style, body, limits)), None)


def refuse_constant(name: str) -> object:
    """Raise Malformed for `NaN` and `Infinity`, which are not JSON. For `json.loads(parse_constant=...)`."""
    raise Malformed(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=refuse_constant)


def _likely(body: bytes) -> Iterator[str]:
    ending = "-line" if body.endswith(b"\n") else ""
    stripped = body.rstrip(b"\n")
    if b"\n" in stripped:
        form = "indent-4" if stripped.split(b"\n", 2)[1].startswith(b"    ") else "indent-2"
    else:
        form = "spaced" if b": " in stripped or b", " in stripped else "compact"
    forms = (form, "compact") if form == "spaced" else (form,)
    escapings = ("-ascii", "") if b"\\u" in body else ("",)
    return (f"{each}{escaping}{ending}" for each in forms for escaping in escapings)


def _gives_back(value: object, style: str, body: bytes, limits: Limits) -> bool:
    try:
        return render(value, style, limits) == body and _is_text(value, style, body)
    except Malformed:
        return False


def _is_text(value: object, style: str, body: bytes) -> bool:
    # An escaped half of a surrogate pair is legal JSON, but a cassette is UTF-8 and cannot hold it.
    if "-ascii" not in style or b"\\ud" not in body:
        return True
    render(value, "compact")
    return True
