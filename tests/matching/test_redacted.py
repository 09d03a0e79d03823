"""Recordings whose secrets were redacted are found by live requests: who has which secret is told by its number."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.matching.index import Index
from playhead.matching.rules import compile_rules
from playhead.model.cassette import Exchange, outlines
from playhead.model.http import Request
from playhead.redaction.placeholder import marks_in, same_kind
from playhead.redaction.presented import split_credential

URL = "https://api.test/things"
JSON = (("content-type", "application/json"),)
FORM = (("content-type", "application/x-www-form-urlencoded"),)

WAYS: dict[str, Callable[[str], Request]] = {
    "query": lambda key: Request("GET", f"{URL}?page=1&key={key}"),
    "path": lambda key: Request("GET", f"{URL}/{key}/all"),
    "header": lambda key: Request("GET", URL, (("Authorization", f"Bearer {key}"),)),
    "JSON": lambda key: Request("POST", URL, JSON, b'{"a":[{"key":"%s"}],"n":1}' % key.encode()),
    "form": lambda key: Request("POST", URL, FORM, b"a=b&key=%s" % key.encode()),
    "text": lambda key: Request("POST", URL, (), b"<%s>" % key.encode()),
}
each_way = pytest.mark.parametrize("way", WAYS)


def placeholder(number: int) -> str:
    return f"REDACTED-key-{number}"


def secret(number: int) -> str:
    return f"s3cr3t-{number}"


def index_of(
    requests: Sequence[Request], *, binds: bool = True, ignore: Sequence[str] = (), check: Sequence[str] = ()
) -> Index:
    rules = compile_rules(ignore, check, same_kind=same_kind, marks_in=marks_in, split=split_credential)
    known = outlines([Exchange(number + 1, request) for number, request in enumerate(requests)])
    return Index(known, requests.__getitem__, rules, binds=binds)


def expected(recorded: Sequence[int], asked: Sequence[int]) -> list[int | None]:
    """The recording of the own number comes first, then one whose number is nobody's yet."""
    left = list(range(len(recorded)))
    owners: dict[int, int] = {}
    found: list[int | None] = []
    for who in asked:
        own = [slot for slot in left if owners.get(recorded[slot]) == who]
        free = [slot for slot in left if recorded[slot] not in owners]
        slot = next(iter([*own, *free]), None)
        found.append(slot)
        if slot is not None:
            left.remove(slot)
            owners.setdefault(recorded[slot], who)
    return found


numbers = st.integers(1, 3)


@each_way
@given(recorded=st.lists(numbers, max_size=6), asked=st.lists(numbers, max_size=8), redacts=st.booleans())
def test_each_secret_gets_the_recordings_of_one_number(
    way: str, recorded: list[int], asked: list[int], redacts: bool
) -> None:
    index = index_of([WAYS[way](placeholder(number)) for number in recorded])
    index.weighing.reveal = lambda number: secret(number - 100)  # what this run has redacted has numbers of its own
    found: list[int | None] = []
    for who in asked:
        live = WAYS[way](secret(who))
        stored = partial(WAYS[way], placeholder(100 + who)) if redacts else None
        each = index.seek(live, stored)
        found.append(None if each is None else each.slot)
        if each is not None:
            assert index.known(live, stored)
            assert index.last_played(live, stored) == each.slot
    assert found == expected(recorded, asked)
    assert index.unplayed() == [slot for slot in range(len(recorded)) if slot not in found]


def slots(index: Index, requests: Iterable[Request]) -> list[int | None]:
    found = [index.seek(request) for request in requests]
    return [None if each is None else each.slot for each in found]


def test_of_several_recordings_that_suit_the_first_is_played_and_it_is_said() -> None:
    stored = [Request("GET", f"{URL}/a/REDACTED-key-1"), Request("GET", f"{URL}/REDACTED-key-2/REDACTED-key-3")]
    for order in (stored, stored[::-1]):
        found = index_of(order).seek(Request("GET", f"{URL}/a/s3cr3t"))
        assert found is not None
        assert (found.slot, found.ambiguous) == (0, True)


def test_a_request_with_a_credential_and_one_without_each_get_a_recording_like_themselves() -> None:
    way, bare = WAYS["header"], Request("GET", URL)
    index = index_of([way(placeholder(1)), bare, way(placeholder(2)), bare])
    assert slots(index, [bare, way(secret(1)), bare, way(secret(2))]) == [1, 0, 3, 2]


@each_way
def test_a_value_that_is_computed_for_each_request_is_nobodys(way: str) -> None:
    index = index_of([WAYS[way](placeholder(1))] * 4)
    tokens = [f"eyJhbGciOiJub25lIn0.{payload}.c2ln" for payload in ("eyJpYXQiOjF9", "eyJleHAiOjJ9")]  # iat, exp
    assert slots(index, [WAYS[way](each) for each in (*tokens, "s3cr3t-1", "s3cr3t-2")]) == [0, 1, 2, None]


def test_a_computed_value_beside_a_key_is_nobodys_either() -> None:
    def request(key: str, token: str) -> Request:
        return Request("GET", f"{URL}?key={key}&token={token}")

    index = index_of([request("REDACTED-key-1", "REDACTED-token-2")] * 2)
    asked = [request("s3cr3t-1", "eyJhbGciOiJub25lIn0.eyJpYXQiOjF9.c2ln"), request("s3cr3t-1", "t0ken")]
    assert slots(index, asked) == [0, 1]


@each_way
def test_a_placeholder_that_an_answer_handed_out_finds_the_recordings_of_its_number(way: str) -> None:
    index = index_of([WAYS[way](placeholder(number)) for number in (1, 2)])
    assert slots(index, [WAYS[way](placeholder(number)) for number in (2, 1)]) == [1, 0]


@each_way
def test_one_in_base64_does_so_too(way: str) -> None:
    plain = [f"REDACTED-keys-{number}" for number in (1, 2)]
    coded = [b64encode(each.encode()).decode() for each in plain]
    index = index_of([WAYS[way](each) for each in (plain if way == "header" else coded)])  # as they are stored
    assert slots(index, [WAYS[way](each) for each in reversed(coded)]) == [1, 0]


@pytest.mark.parametrize("way", [each for each in WAYS if each != "header"])
def test_where_nothing_is_bound_any_value_will_do(way: str) -> None:
    index = index_of([WAYS[way](placeholder(1))] * 2, binds=False)
    assert slots(index, [WAYS[way](secret(number)) for number in (1, 2)]) == [0, 1]


@pytest.mark.parametrize("way", [each for each in WAYS if each != "header"])
def test_a_placeholder_of_the_kind_that_the_request_would_have_comes_before_one_of_another(way: str) -> None:
    index = index_of([WAYS[way](each) for each in ("REDACTED-token-1", "REDACTED-key-2")])
    found = index.seek(WAYS[way]("s3cr3t"), lambda: WAYS[way]("REDACTED-key-101"))
    assert found is not None
    assert (found.slot, found.ambiguous) == (1, False)


@pytest.mark.parametrize(
    ("way", "place"),
    [
        ("query", "query.key"),
        ("path", "path"),
        ("header", "header.authorization"),
        ("JSON", "body.$.a[0].key"),
        ("form", "form.key"),
        ("text", "body"),
    ],
)
def test_where_a_recording_belongs_to_another_secret_is_told(way: str, place: str) -> None:
    index = index_of([WAYS[way](placeholder(1))] * 2)
    assert slots(index, [WAYS[way](secret(1)), WAYS[way](secret(2))]) == [0, None]
    stored = WAYS[way](placeholder(102))
    for near in (index.nearest(stored, WAYS[way](secret(2))), index.lend(stored, WAYS[way](secret(2)))):
        assert near is not None
        assert near.differences == ((place, '"REDACTED-…-1"', "another value"),)
    assert slots(index, [WAYS[way](secret(1))]) == [1]


def test_checked_headers_that_were_redacted_are_compared_by_their_presence() -> None:
    way = WAYS["header"]
    index = index_of([way(placeholder(1))], check=["header.authorization"])
    empty = Request("GET", URL, (("Authorization", ""),))
    for lacking in (Request("GET", URL), empty):
        assert index.seek(lacking, lambda lacking=lacking: lacking) is None  # type: ignore[misc]
        near = index.nearest(lacking, lacking)
        assert near is not None
        assert [place for place, _, _ in near.differences] == ["header.authorization"]
    found = index.seek(way(secret(1)), lambda: way(placeholder(101)))
    assert found is not None


@each_way
def test_it_is_said_where_only_the_recorded_order_decides(way: str) -> None:
    index = index_of([WAYS[way](placeholder(number)) for number in (1, 2, 1, 1)])
    found = [index.seek(WAYS[way](secret(number))) for number in (1, 1, 2, 1)]
    assert [each and (each.slot, each.ambiguous) for each in found] == [(0, True), (2, False), (1, False), (3, False)]


def test_credentials_that_are_absent_are_named() -> None:
    both = (("Authorization", "Bearer REDACTED-authorization-1"), ("X-Api-Key", "REDACTED-x-api-key-2"))
    sent = (("authorization", "Bearer s3cr3t"), ("x-api-key", "s3cr3t"))
    for headers, absent in ((sent, ()), (sent[:1], ("x-api-key",)), (sent[1:], ("authorization",))):
        found = index_of([Request("GET", URL, both)]).seek(Request("GET", URL, headers))
        assert found is not None
        assert found.absent == absent


def test_an_ignored_credential_is_neither_compared_nor_missed() -> None:
    way = WAYS["header"]
    index = index_of([way(placeholder(1))] * 3, ignore=["header.authorization"])
    found = [index.seek(request) for request in (way(secret(1)), way(secret(2)), Request("GET", URL))]
    assert [each and (each.slot, each.absent) for each in found] == [(0, ()), (1, ()), (2, ())]


@pytest.mark.parametrize(("sent", "scheme"), [("Basic dTpw", '"basic"'), ("s3cr3t", "no scheme")])
def test_another_scheme_is_told(sent: str, scheme: str) -> None:
    index = index_of([WAYS["header"](placeholder(1))])
    live = Request("GET", URL, (("Authorization", sent),))
    assert index.seek(live) is None
    near = index.nearest(live)
    assert near is not None
    assert near.differences == (("header.authorization", '"bearer"', scheme),)


@pytest.mark.parametrize("check", [[], ["header.authorization"]])
def test_what_fits_a_placeholder_is_no_difference(check: Sequence[str]) -> None:
    def request(page: int, key: str) -> Request:
        return Request("GET", f"{URL}?page={page}&key={key}", (("Authorization", f"Bearer {key}"),))

    index = index_of([request(1, placeholder(1))] * 2, check=check)
    index.weighing.reveal = {101: secret(1)}.get
    assert index.seek(request(1, secret(1)), partial(request, 1, placeholder(101))) is not None
    near = index.nearest(request(2, placeholder(101)), request(2, secret(1)))
    assert near is not None
    assert near.differences == (("query.page", '"1"', '"2"'),)
