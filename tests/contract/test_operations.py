"""One path with many operations: each is an endpoint of its own, whichever part of the request names it."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import httpx
import pytest

import playhead
from playhead.contract.requests import key_of
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from tests.contract.recordings import cassette_of, compared

AMZ = ("content-type", "application/x-amz-json-1.0")
JSON = ("content-type", "application/json")
FORM = ("content-type", "application/x-www-form-urlencoded")
XML = ("content-type", "text/xml")
TABLE, ITEM = {"Table": {"Name": "a"}}, {"Item": {"Key": "k", "Size": 1}}


def asked(*headers, url="http://api.test/", method="POST", body=b"{}", answered=None) -> Exchange:
    payload = json.dumps(answered if answered is not None else ITEM).encode()
    return Exchange(1, Request(method, url, headers, body), Response(200, headers=(AMZ,), body=payload))


def endpoints(*exchanges) -> tuple[str, ...]:
    return compared(exchanges, exchanges).endpoints


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        (
            asked(AMZ, ("X-Amz-Target", "DynamoDB_20120810.GetItem")),
            asked(AMZ, ("X-Amz-Target", "DynamoDB_20120810.PutItem")),
            ("DynamoDB_20120810.GetItem", "DynamoDB_20120810.PutItem"),
        ),
        (
            asked(XML, ("SOAPAction", '"urn:shop:GetOrder"')),
            asked(XML, ("SOAPAction", '"urn:stock:GetOrder"')),
            ("urn:shop:GetOrder", "urn:stock:GetOrder"),
        ),
        (
            asked(("content-type", 'application/soap+xml; charset=utf-8; action="urn:shop:GetOrder"')),
            asked(("content-type", 'application/soap+xml; charset=utf-8; action="urn:shop:PutOrder"')),
            ("urn:shop:GetOrder", "urn:shop:PutOrder"),
        ),
        (
            asked(FORM, body=urlencode({"Action": "ListUsers", "Version": "2010-05-08"}).encode()),
            asked(FORM, body=urlencode({"Action": "GetUser", "Version": "2010-05-08"}).encode()),
            ("GetUser", "ListUsers"),
        ),
        (
            asked(url="http://api.test/?Action=ListUsers", method="GET", body=b""),
            asked(url="http://api.test/?Action=GetUser", method="GET", body=b""),
            ("GetUser", "ListUsers"),
        ),
    ],
)
def test_each_operation_of_a_path_is_an_endpoint(one, other, names):
    method = one.request.method
    assert endpoints(one, other) == tuple(f"{method} api.test/ {name}" for name in names)


def test_operations_are_not_compared_with_each_other():
    def called(name, value):
        return asked(AMZ, ("X-Amz-Target", f"DynamoDB_20120810.{name}"), answered=value)

    old = cassette_of(*(called("GetItem", ITEM) for _ in range(6)), called("DescribeTable", TABLE))
    new = cassette_of(called("GetItem", ITEM), *(called("DescribeTable", TABLE) for _ in range(6)))
    assert playhead.diff(old, new) == []


@pytest.mark.parametrize(
    "value", ["", "two words", "a-b", "1st", "9e107d9d372bb6826bd81d3542a419d6", "REDACTED-code-1"]
)
def test_an_action_that_may_be_data_is_no_operation(value):
    assert endpoints(asked(FORM, body=urlencode({"Action": value}).encode())) == ("POST api.test/",)
    assert endpoints(asked(url=f"http://api.test/?{urlencode({'Action': value})}", method="GET")) == ("GET api.test/",)


def test_an_action_in_json_is_a_field_like_others():
    assert endpoints(asked(AMZ, body=b'{"Action": "GetUser"}')) == ("POST api.test/",)


@pytest.mark.parametrize("value", ["", '""', "  ", "a b"])
def test_a_header_that_names_nothing_gives_no_operation(value):
    assert endpoints(asked(XML, ("SOAPAction", value))) == ("POST api.test/",)


def test_errors_beside_a_status_are_data_where_a_header_names_the_operation():
    def called(value):
        return asked(AMZ, ("X-Amz-Target", "Logs.PutEvents"), answered=value)

    old, new = (
        [called({"errors": 0, "took": n}) for n in range(5)],
        [called({"errors": 1, "took": n}) for n in range(5)],
    )
    assert playhead.diff(cassette_of(*old), cassette_of(*new)) == []


def test_the_key_of_a_request_without_headers_is_as_before():
    assert str(key_of("post", "https://api.test/rpc", {"jsonrpc": "2.0", "method": "add"})) == "POST api.test/rpc add"
    assert str(key_of("get", "https://api.test/users/1", None)) == "GET api.test/users/{id}"


def test_headers_that_name_operations_are_recorded(tmp_path, server):
    path = tmp_path / "aws.json"
    with playhead.use_cassette(path, record="all"), httpx.Client(base_url=server.url) as client:
        for name in ("GetItem", "PutItem"):
            client.post("/echo", json={"Name": name}, headers={"X-Amz-Target": f"DynamoDB_20120810.{name}"})
        client.post("/echo", content="<a/>", headers={"Content-Type": "text/xml", "SOAPAction": '"urn:shop:GetOrder"'})
    found = compared(*[playhead.load(path).interactions] * 2).endpoints
    assert [each.rpartition(" ")[2] for each in found] == [
        "DynamoDB_20120810.GetItem",
        "DynamoDB_20120810.PutItem",
        "urn:shop:GetOrder",
    ]
    with playhead.use_cassette(path), httpx.Client(base_url=server.url) as client:
        # The headers are stored for contracts, and not compared: older cassettes do not have them.
        assert client.post("/echo", json={"Name": "GetItem"}).json() == {"Name": "GetItem"}


def answers(status, body):
    sent = json.dumps({"query": "query Ada { user { name } }"}).encode()
    request = Request("POST", "http://api.test/graphql", (JSON,), sent)
    return cassette_of(*[Exchange(1, request, Response(status, headers=(JSON,), body=json.dumps(body).encode()))] * 5)


def test_a_failure_is_judged_by_its_status_if_that_is_an_error_already():
    data, errors = {"data": {"user": {"name": "Ada"}}}, {"errors": [{"message": "no such field", "code": 1}]}
    lean = {"errors": [{"message": "no such field"}]}

    def told(*sides):
        return [(each.rule, each.place) for each in playhead.diff(*(answers(*side) for side in sides))]

    assert told((200, data), (400, errors)) == [("request-refused", "status")]
    assert told((200, data), (404, errors)) == [("endpoint-gone", "status")]
    assert told((400, errors), (200, data)) == [("request-accepted", "status")]
    assert told((422, errors), (422, lean)) == [("field-removed", "4xx /errors/*/code")]
    assert told((200, data), (200, errors)) == [("operation-failed", "status")]
