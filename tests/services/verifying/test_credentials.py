"""Credentials and redacted values come back from the environment, spelled as their place needs it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from playhead.errors import UsageError
from playhead.model.http import Request
from playhead.services.verifying.credentials import credentials_of

AWKWARD = 'a "b"&c=d/ü'
PLACEHOLDER = "REDACTED-api-key-1"


def filled(request, headers=(), secrets=("api-key=KEY",), value=AWKWARD):
    return credentials_of(headers, secrets, {"KEY": value, "TOKEN": "t0k3n"}).filled(request)


def test_headers_take_variables_and_replace_recorded_ones():
    request = Request("GET", "http://x/", (("Accept", "*/*"), ("X-Tenant", "old")))
    headers = ["authorization=Bearer $TOKEN", "x-tenant: new", "x-price=$$5", "x-braced=a${TOKEN}b"]
    assert filled(request, headers).headers == (
        ("Accept", "*/*"),
        ("authorization", "Bearer t0k3n"),
        ("x-tenant", "new"),
        ("x-price", "$5"),
        ("x-braced", "at0k3nb"),
    )


def test_a_value_in_a_query_reads_back():
    url = filled(Request("GET", f"http://x/a?api_key={PLACEHOLDER}&page=2")).url
    assert parse_qs(urlsplit(url).query) == {"api_key": [AWKWARD], "page": ["2"]}


def test_a_value_in_json_reads_back():
    body = json.dumps({"api_key": PLACEHOLDER, "n": 1}).encode()
    request = Request("POST", "http://x/", (("content-type", "application/json"),), body)
    assert json.loads(filled(request).body) == {"api_key": AWKWARD, "n": 1}


def test_a_value_in_a_form_reads_back():
    request = Request(
        "POST",
        "http://x/",
        (("content-type", "application/x-www-form-urlencoded"),),
        f"api_key={PLACEHOLDER}&a=1".encode(),
    )
    assert parse_qs(filled(request).body.decode()) == {"api_key": [AWKWARD], "a": ["1"]}


def test_a_web_token_is_replaced_with_what_stands_before_it():
    request = Request("GET", "http://x/?jwt=eyJhbGciOiJub25lIn0.e30.REDACTED-jwt-01")
    assert filled(request, secrets=("jwt=TOKEN",)).url == "http://x/?jwt=t0k3n"


def test_one_placeholder_may_have_a_value_of_its_own():
    request = Request("GET", "http://x/?a=REDACTED-api-key-1&b=REDACTED-api-key-2")
    assert filled(request, secrets=("api-key=KEY", "api-key-2=TOKEN"), value="v").url == "http://x/?a=v&b=t0k3n"


def test_missing_values_are_named():
    request = Request("GET", "http://x/?a=REDACTED-api-key-1&b=REDACTED-sig-2", body=b"REDACTED-password-3")
    assert credentials_of((), ("sig=TOKEN",), {"TOKEN": "t"}).missing(request) == ["api-key-1", "password-3"]


@pytest.mark.parametrize(
    ("headers", "secrets"),
    [
        (["nonsense"], []),
        (["a b=c"], []),
        ([], ["nonsense"]),
        ([], ["Kind=VAR"]),
        (["a=$UNSET"], []),
        ([], ["k=UNSET"]),
    ],
)
def test_what_is_wrong_is_a_usage_error_without_values(headers, secrets):
    with pytest.raises(UsageError):
        credentials_of(headers, secrets, {})


def test_values_are_in_no_representation():
    assert "t0k3n" not in repr(credentials_of((), ("sig=TOKEN",), {"TOKEN": "t0k3n"}))


OVERRIDES = ["X-HTTP-Method-Override", "x_http_method_override", "X-Http-Method", "X-Method-Override", "X-HTTP-Verb"]
CREDENTIALS = ["Authorization", "Proxy-Authorization", "X-Api-Key", "X-Acme-Access-Token", "X-Refresh-Token", "X-Auth"]
SESSIONS = ["Cookie", "X-Amz-Security-Token", "x-csrf-token", "X-Session-Id", "OpenAI-Organization", "X-Forwarded-User"]


@pytest.mark.parametrize("name", [*OVERRIDES, *CREDENTIALS, *SESSIONS])
def test_no_recorded_header_changes_the_method_or_speaks_for_somebody(name):
    request = Request("GET", "http://x/", (("Accept", "*/*"), (name, "DELETE"), ("X-Tenant", "t")))
    assert filled(request).headers == (("Accept", "*/*"), ("X-Tenant", "t"))
    assert filled(request, [f"{name}=mine"]).headers[-1] == (name, "mine")


def test_a_recorded_credential_is_sent_where_a_secret_stands_for_it_and_else_left_out():
    fields = (("Authorization", "Bearer REDACTED-authorization-1"), ("x-api-key", "REDACTED-x-api-key-2"))
    request = Request("GET", "http://x/", fields)
    assert credentials_of((), (), {}).missing(request) == []
    assert credentials_of((), (), {}).filled(request).headers == ()
    assert filled(request, (), ["authorization=KEY"], "t").headers == (("Authorization", "Bearer t"),)


def test_what_stands_in_the_clear_beside_a_placeholder_is_not_sent():
    known = ["authorization=KEY", "t=KEY"]
    twice = (("authorization", "Bearer theirs"), ("authorization", "Bearer REDACTED-authorization-1"))
    assert filled(Request("GET", "http://x/", twice), (), known, "mine").headers == (("authorization", "Bearer mine"),)
    beside = (("authorization", "Bearer theirs REDACTED-authorization-1"), ("cookie", "sid=theirs; t=REDACTED-t-1"))
    assert filled(Request("GET", "http://x/", beside), (), known, "mine").headers == (("cookie", "t=mine"),)


def test_a_field_that_only_sometimes_holds_a_secret_is_sent_unless_it_looks_so():
    request = Request("GET", "http://x/", (("X-Tenant-Key", "acme"), ("X-Shop-Key", "aK9x2Lp0Qw7Zt4Rb8Vn3")))
    assert filled(request).headers == (("X-Tenant-Key", "acme"),)
