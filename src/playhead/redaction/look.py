"""The look of a secret, judged by the value alone.

Under names that are only sometimes secret (`key`, `code`, `state`) a value is redacted if it looks like a secret. The
judgement must not depend on earlier values, or a recording and its replay would disagree. So entropy is not measured;
instead a value counts as harmless if it is made of words, numbers and separators between them, such as
`checkout.button.submitOrder`, `PROJ-123`, `photos/2024/IMG_0042.jpg` or `ERR_HTTP2_STREAM`. `kjh234-KJH5g2k3j-4h5` has
parts that are neither, and they make up too much of it.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["JUDGED_BYTES", "is_file_name", "looks_secret"]

_SHORTEST = 12
_JUDGED = 2048
JUDGED_BYTES = 4 * _JUDGED
"""The number of bytes of UTF-8 that are enough to judge a text."""

_CLASSES = tuple(re.compile(pattern) for pattern in ("[a-z]", "[A-Z]", "[0-9]", "[-_=+/.]"))
_BLANK = re.compile(r"\s")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])")
_PLAIN = re.compile(
    r"[\d\W_]+"  # numbers, dates, card numbers, coordinates
    r"|[-+]?\d+(?:\.\d+)?[eE][-+]?\d+"
    r"|\d{4}-?\d\d-?\d\dT\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?(?:Z|[-+]\d\d:?\d\d)?"
    r"|(?:R\d*/)?(?:[\dTZ:.+-]+/)?P[\dYMWDTHS.]{2,20}(?:/[\dTZ:.+-]+)?"  # durations
    r"|(?=.*::|(?:[^:]*:){5})[0-9a-fA-F:.]+"  # addresses of IPv6 and of network cards
)
_FILE = re.compile(
    r".*[^/\\.]\.(?:7z|avi|avro|bak|bmp|bz2|cfg|class|conf|cpp|crt|cs|css|csv|dat|db|deb|dll|dmg|docx?|eot|exe|gif|go|gz"
    r"|h5|html?|ico|ini|ipynb|iso|jar|java|jpe?g|jsonl?|jsx|js|key|lock|log|m4a|map|md|mjs|mkv|mov|mp3|mp4|ndjson|npy|npz"
    r"|odt|ogg|onnx|orc|otf|parquet|pdf|pem|php|pkl|png|pptx?|pth?|py|rar|rb|rs|rtf|safetensors|sh|so|sqlite|sql|svg|tar"
    r"|tgz|tiff?|tmp|toml|tsv|tsx?|ttf|txt|wasm|wav|webm|webp|whl|woff2?|xlsx?|xml|xz|ya?ml|zip|zst)",
    re.IGNORECASE | re.DOTALL,
)

_PART = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+|\d+")
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)

_ROWS = """
    abcdfgiklmnprstuvwxy baceijlorsuy cacehiklmorstuy dadeilorstu eabcdefgilmnopqrstuvwxy faefilorstuy
    gaeghilnorsu haeiortu iabcdefglmnoprstvxz jeu kaeils lacdeilopstuvy mabdeimopsu nacdefgiklnopstuv
    oabcdfgiklmnoprstuvwx paehiloprstuy qu rabcdefgiklmnoprstuvy sacefhiklmnopstuwy tabcdefhilmnoprstuy
    uabcdefgilmnprst vaeio waehinors xceipt yceilmnpst zei
"""
# Each row is a letter, and the letters that follow it in words.

_FOLLOWERS = frozenset(row[0] + other for row in _ROWS.split() for other in row[1:])
"""The 300 pairs of letters that make up 96 % of all pairs in 13,000 words of programs and their documentation. Of
random letters 44 % are such pairs."""

_OF_A_WORD = 0.7
"""The share of a word's pairs that has to be among them: 96 % of words have it, and a sixth of eight random letters."""

_WORDS_OF_A_SLUG = 0.65
"""The share of a slug that has to be words: `i18n.error.title` has an abbreviation, `preview-release-9f86d08` a short
hash."""

_LONGEST_ODDITY = 10
"""A part of this length that is neither a word nor a number makes a secret, whatever words stand around it."""

_FEWEST_ODDITIES = 6
"""With fewer characters in parts that are neither words nor numbers, a value hides nothing:
`GA1.2.1234567890.1600000000`."""

_LONGEST_ABBREVIATION = 4
"""Up to this length, a part by itself need not be a word: `src`, `btn`."""

_MOST_NUMBERS, _MOST_DIGITS = 2, 6
"""The most numbers, and digits, glued to words, dates aside. A random string has more of them."""

_DATE = re.compile(r"(?:19|20)\d{6}(?:T?\d{6}Z?)?")
_NUMBER = re.compile(r"[vV]?\d+|0[xX][0-9a-fA-F]{1,16}")

_SHORT = "cdn cfg cmd css csv ctx dns grpc html http https jpg jwt npm php png rpc sql ssh ssl svg tcp tls udp xml yml"
_ABBREVIATIONS = frozenset(_SHORT.split())
"""Parts that count as words inside a name, such as `XMLHttpRequest`."""


def looks_secret(value: str, *, uuids: bool = True) -> bool:
    """Return True for a text that may be a secret, and is unlikely to be anything else.

    Such a text has 12 characters or more, no blank, characters of at least two kinds, and is not made of words and
    numbers. Without `uuids`, UUIDs and identifiers that hold one are taken for names of things. A long text is judged
    by its beginning, so that a body can be judged while it streams by.
    """
    return len(value) >= _SHORTEST and _looks_secret(value[:_JUDGED], uuids)


@lru_cache(maxsize=4096)
def _looks_secret(
    value: str, uuids: bool
) -> bool:  # positional: lru_cache tells keyword arguments apart by their order
    if _BLANK.search(value) or _URL.match(value):
        return False
    if sum(each.search(value) is not None for each in _CLASSES) < 2 or _PLAIN.fullmatch(value):
        return False
    without = _UUID.sub("", value)
    if without != value and uuids:
        return True
    return not is_file_name(value) and not _is_slug(without)


def is_file_name(value: str) -> bool:
    """Return True for a name or path that ends in a well-known suffix."""
    return _FILE.fullmatch(value) is not None


def _is_slug(text: str) -> bool:
    """Return True for words and numbers with anything but letters and digits between them."""
    words = oddities = 0
    for part in _PART.findall(text):
        if _NUMBER.fullmatch(part):
            continue
        if _is_name(part):
            words += len(part)
        elif len(part) >= _LONGEST_ODDITY:
            return False
        else:
            oddities += len(part)
    return oddities < _FEWEST_ODDITIES or words >= _WORDS_OF_A_SLUG * (words + oddities)


def _is_name(part: str) -> bool:
    """Return True for words, each with a capital perhaps, and few numbers in between."""
    if part.isalpha() and len(part) <= _LONGEST_ABBREVIATION:
        return True
    tokens = _TOKEN.findall(_DATE.sub("", part))
    numbers = [token for token in tokens if token.isdigit()]
    if len(numbers) > _MOST_NUMBERS or sum(map(len, numbers)) > _MOST_DIGITS:
        return False
    letters = [token for token in tokens if not token.isdigit()]
    words = sum(len(token) for token in letters if _is_word(token))
    return words >= _WORDS_OF_A_SLUG * sum(map(len, letters))


def _is_word(token: str) -> bool:
    if not token.isascii():
        return True
    lower = token.lower()
    if lower in _ABBREVIATIONS:
        return True
    if len(token) < 3 or _VOWEL.search(token) is None:
        return False
    pairs = [lower[at : at + 2] for at in range(len(lower) - 1)]
    return sum(pair in _FOLLOWERS for pair in pairs) >= _OF_A_WORD * len(pairs)
