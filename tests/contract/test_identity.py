"""What is one observation and what is several: the same entity is one wherever it is, and so is the same request."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.identity import entity_of, hash_of, request_hash
from tests.contract.recordings import answer, compared, times

SITE = {"name": "Ada", "email": "ada@example.org", "site": "https://ada.example"}
BARE = {"name": "Ada", "email": "ada@example.org"}


def in_endpoints(body):
    """One account in seventeen endpoints."""
    return [answer(f"/{chr(97 + n)}-of/mine", {"owner": {"id": 7, **body}}) for n in range(17)]


def embedded(body):
    """One object, embedded in five answers."""
    return [answer(f"/repos/{n}", {"id": 100 + n, "owner": {"id": 7, **body}}) for n in range(5)]


def sent_again(body):
    """One request, sent ten times."""
    return [answer("/me", {"id": 7, **body})] * 10


def sent_again_without_id(body):
    """One request, sent ten times; nothing in the answer identifies anything."""
    return [answer("/me", body)] * 10


def fresh(body):
    """Ten answers with fresh ids to one request."""
    fresh = [f"chatcmpl-{hash_of(json.dumps([body, n])):08x}" for n in range(10)]
    return [answer("/chat", {"id": each, **body}, method="POST", sent={"model": "m", "n": 1}) for each in fresh]


def numbered(body):
    """One question by JSON-RPC, asked ten times, each time with the next number."""
    return [
        answer(
            "/rpc",
            {"jsonrpc": "2.0", "id": n, "result": body},
            method="POST",
            sent={"jsonrpc": "2.0", "id": n, "method": "me"},
        )
        for n in range(10)
    ]


def items(body):
    """Thirty items of one answer."""
    return [answer("/users", [{"id": n, **body} for n in range(30)])]


def below_one_parent(body):
    """Items without ids, in answers about one parent."""
    return [answer(f"/carts/7?page={n}", {"id": 7, "items": [body] * 4}) for n in range(6)]


def reordered(body):
    """One search, whose parameters came in another order."""
    return [answer("/search?a=1&b=2", body), answer("/search?b=2&a=1", body)] * 4


@pytest.mark.parametrize(
    "recorded",
    [in_endpoints, embedded, sent_again, sent_again_without_id, fresh, numbered, items, below_one_parent, reordered],
)
def test_what_is_one_observation_shows_a_change_once(recorded):
    (finding,) = compared(recorded(SITE), recorded(BARE)).findings
    assert (finding.rule, finding.place.rpartition("/")[2]) == ("field-removed", "site")
    assert (finding.severity, finding.grade, finding.if_confirmed) == ("risky", "E0", True)
    assert "seen once" in finding.evidence


def test_observations_that_are_several_show_it_more_often():
    (finding,) = compared(times(5, {"id": 0, **SITE}), times(5, {"id": 0, **BARE})).findings
    assert (finding.severity, finding.grade, finding.if_confirmed) == ("breaking", "E3", False)


def test_another_account_that_lacks_something_is_other_data():
    result = compared([answer("/users/7", {"id": 7, **SITE})] * 9, [answer("/users/8", {"id": 8, **BARE})] * 9)
    assert not result.findings
    assert [(each.rule, each.place) for each in result.unsure] == [("field-removed", "/site")]


# Entities


@pytest.mark.parametrize("name", ["id", "_id", "uuid", "guid", "node_id", "@id", "ID", "Id", "key", "self", "url"])
def test_an_object_is_told_by_what_identifies_it_wherever_it_is(name):
    assert entity_of({"a": 1, name: "x-7"}) == entity_of({name: "x-7", "b": [2]}) == hash_of("x-7")
    assert entity_of({name: 7}) == entity_of({name: "7"})
    assert entity_of({name: "x-8"}) != entity_of({name: "x-7"})


@pytest.mark.parametrize("link", ["/users/7", {"href": "/users/7"}])
@pytest.mark.parametrize("name", ["links", "_links"])
def test_an_object_is_told_by_its_link_to_itself(name, link):
    assert entity_of({"a": 1, name: {"self": link, "next": "/users/8"}}) == hash_of("/users/7")


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"name": "Ada"},
        {"id": None},
        {"id": ""},
        {"id": True},
        {"id": 1.5},
        {"id": ["x"]},
        {"id": {"name": "x"}},
        {"_links": {"next": "/users/8"}},
        {"_links": "/users/7"},
        {"id": "REDACTED-token-1"},
        {"id": "cus_REDACTED-token-1"},
    ],
)
def test_what_identifies_nothing_leaves_an_object_without_identity(value):
    assert entity_of(value) is None


def test_placeholders_of_secrets_are_no_entities():
    old, new = ([answer("/me", {"id": f"REDACTED-token-{n}", **body}) for n in range(1, 9)] for body in (SITE, BARE))
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.grade) == ("risky", "E0")


def test_a_placeholder_beside_an_id_does_not_hide_it():
    assert entity_of({"id": "REDACTED-token-1", "uuid": "x"}) == hash_of("x")


# Requests

BODIES = st.none() | st.dictionaries(st.sampled_from("abc"), st.integers() | st.text(max_size=3), max_size=3)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "2"])), max_size=4), st.permutations("abcd")
)
def test_the_order_of_parameters_and_fields_does_not_tell_requests_apart(pairs, names):
    forth, back = ("&".join(f"{name}={value}" for name, value in some) for some in (pairs, pairs[::-1]))
    bodies = [{name: name for name in order} for order in (names, names[::-1])]
    assert request_hash(f"http://api.test/a?{forth}", bodies[0]) == request_hash(f"http://api.test/a?{back}", bodies[1])


@given(BODIES, BODIES)
def test_other_bodies_are_other_requests(one, other):
    same = request_hash("http://api.test/a", one) == request_hash("http://api.test/a", other)
    assert same == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


def test_messages_of_json_rpc_are_told_apart_by_what_they_ask_and_not_by_their_number():
    def asked(number, user):
        return {"jsonrpc": "2.0", "id": number, "method": "get", "params": [user]}

    assert request_hash("/rpc", asked(1, 7)) == request_hash("/rpc", asked(2, 7)) != request_hash("/rpc", asked(2, 8))
    assert request_hash("/rpc", [asked(1, 7)]) == request_hash("/rpc", [asked("x", 7)])
    assert entity_of({"jsonrpc": "2.0", "id": "x", "result": 1}) is None


def test_path_query_and_bytes_tell_requests_apart_and_the_host_does_not():
    asked = [("/a", None), ("/b", None), ("/a?x=1", None), ("/a?x=2", None), ("/a", b"1"), ("/a", b"2")]
    assert len({request_hash(f"http://api.test{path}", body) for path, body in asked}) == len(asked)
    assert request_hash("http://old.test/a", None) == request_hash("https://new.test/a", None)


def test_the_number_of_a_placeholder_does_not_tell_requests_apart():
    one, other = (request_hash(f"/a?key=REDACTED-api-key-{n}", {"t": f"x REDACTED-token-{n}"}) for n in (1, 2))
    assert one == other != request_hash("/a?key=REDACTED-api-key-1", {"t": "y REDACTED-token-1"})


def test_the_boundary_of_a_form_with_files_does_not_tell_requests_apart():
    def uploaded(boundary, body):
        content = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--{boundary}--\r\n'.encode()
        media = f"multipart/form-data; boundary={boundary}"
        exchange = answer("/files", body, method="POST")
        return replace(exchange, request=replace(exchange.request, headers=(("content-type", media),), body=content))

    old, new = ([uploaded(f"{side}{n}", body) for n in range(9)] for side, body in (("a", SITE), ("b", BARE)))
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.grade) == ("risky", "E0")
