"""Files that are no readable cassettes of another tool: each is refused by name, at once, and nothing in it runs."""

from __future__ import annotations

import pytest

from playhead.errors import CassetteCorrupt, NotACassette
from playhead.formats.reading import read

HEAD = "version: 1\ninteractions:\n- request: {method: GET, uri: 'http://a.test/', parsed_body: %s}\n"
ANSWER = "  response: {status: {code: 200, message: OK}, body: {string: x}}\n"
BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 13)]
)

CORRUPT = {
    "an alias bomb": (f"{BOMB}\n{HEAD % '*a12'}{ANSWER}", "aliases would make far more"),
    "a value in itself": ("a: &a [*a]\nversion: 1\ninteractions: []\n", "contains itself"),
    "nested YAML": ("[" * 50_000 + "{" + "]" * 50_000, "YAML|nested"),
    "nested JSON": ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    "a merge conflict": ("<<<<<<< HEAD\nversion: 1\n=======\n: x: y\n>>>>>>> b\n", "marks of a merge conflict"),
    "an object": ("!!python/object/apply:os.system ['touch made']", "line 1 column 1.*os.system"),
    "a status that is none": (
        f"{HEAD % '1'}  response: {{status: {{code: many}}}}\n",
        r"interactions\[0\].*status code",
    ),
    "a URL that cannot be split": (
        f"{HEAD.replace('a.test', '[::1')}{ANSWER}" % 1,
        r"\[0\]\.request\.uri.*absolute URL",
    ),
    "a URL without a host": (f"{HEAD.replace('http://a.test', '')}{ANSWER}" % 1, r"\[0\]\.request\.uri.*absolute URL"),
    "a response that is none": (f"{HEAD % '1'}{ANSWER}- {{request: {{}}, response: 7}}\n", r"\[1\].*mapping"),
}
FOREIGN = {"a list": "- 1\n- 2\n", "an empty file": "", "a compose file": "version: '3'\nservices: {web: {image: x}}\n"}


@pytest.mark.parametrize("name", CORRUPT)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(name: str) -> None:
    text, reason = CORRUPT[name]
    with pytest.raises(CassetteCorrupt, match=reason):
        read(text.encode(), "x.yaml")


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_no_known_tool_is_no_cassette(name: str) -> None:
    with pytest.raises(NotACassette, match="vcrpy"):
        read(FOREIGN[name].encode(), "x.yaml")


def test_equal_parts_that_stand_once_are_read() -> None:
    """vcrpy writes an alias where two interactions share their header fields."""
    text = (
        "version: 1\ninteractions:\n"
        "- request: {method: GET, uri: 'http://a.test/', body: null, headers: &h {A: [b]}}\n"
        "  response: {status: {code: 200, message: OK}, headers: *h, body: {string: x}}\n"
    )
    (exchange,) = read(text.encode(), "x.yaml").foreign.exchanges
    assert exchange.response is not None
    assert exchange.request.headers == exchange.response.headers == (("A", "b"),)
