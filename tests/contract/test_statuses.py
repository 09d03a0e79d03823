"""Changes of status, of media type, of headers, and of streams."""

from __future__ import annotations

import json

import pytest

from tests.contract.recordings import answer, compared, named, times, told

USER = {"id": 1, "name": "Ada"}


def statuses(status: int, count: int = 4, body: object = None, method: str = "POST", **options):
    return [answer(f"/users/{n}", named(body, n), status=status, method=method, **options) for n in range(count)]


@pytest.mark.parametrize(
    ("old", "new", "severity", "rule"),
    [
        (200, 404, "breaking", "endpoint-gone"),
        (200, 410, "breaking", "endpoint-gone"),
        (404, 200, "compatible", "endpoint-back"),
        (401, 200, "compatible", "auth-accepted"),
        (200, 422, "breaking", "request-refused"),
        (422, 200, "compatible", "request-accepted"),
        (400, 422, "risky", "error-status-changed"),
        (200, 201, "risky", "success-status-changed"),
        (200, 302, "risky", "redirect-added"),
        (302, 200, "compatible", "redirect-removed"),
        (307, 302, "breaking", "redirect-drops-method"),
        (302, 307, "risky", "redirect-keeps-method"),
        (301, 302, "risky", "redirect-status-changed"),
    ],
)
def test_a_changed_status_is_judged_by_its_kind(old, new, severity, rule):
    assert told(statuses(old, body=USER), statuses(new, body=USER)) == [(severity, rule, "status")]


def test_a_body_that_is_gone_is_breaking():
    assert told(statuses(200, body=USER), statuses(204, media="")) == [("breaking", "body-gone", "status")]


def test_a_deferred_answer_is_breaking_unless_it_only_says_to_wait():
    assert told(statuses(200, body=USER), statuses(202, body={"job": 1}))[0] == (
        "breaking",
        "answer-deferred",
        "status",
    )
    assert told(statuses(200, body=USER), statuses(202, body={})) == [("risky", "answer-deferred", "status")]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_status_seen_on_few_requests_is_at_most_risky(count):
    assert told(statuses(200, count, USER), statuses(404, count)) == [("risky", "endpoint-gone", "status")]


def test_a_status_seen_on_many_sendings_of_one_request_is_seen_once():
    (finding,) = compared([answer("/users/1", USER)] * 9, [answer("/users/1", status=404)] * 9).findings
    assert (finding.severity, finding.grade, finding.if_confirmed) == ("risky", "E0", True)


def test_one_more_recorded_error_case_is_no_drift():
    assert told(statuses(200, 4, USER), [*statuses(200, 4, USER), *statuses(404, 4)]) == []


def test_not_modified_says_nothing():
    assert told(times(4, USER), times(4, None, status=304)) == []


def test_one_status_change_everywhere_is_one_finding():
    old = [answer(f"/{name}", USER) for name in ("a", "b", "c")]
    new = [answer(f"/{name}", {"error": 1}, status=422) for name in ("a", "b", "c")]
    (finding,) = compared(old, new).findings
    assert len(finding.also) == 2


def test_an_answer_to_another_question_is_never_breaking():
    old = [answer(f"/users/{n}?view=full", {**USER, "id": n, "bio": "x"}) for n in range(5)]
    new = [answer(f"/users/{n}?view=short", {**USER, "id": n}) for n in range(5)]
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.rule, finding.grade) == ("risky", "field-removed", "E1")
    assert "the requests differ" in finding.evidence


def test_a_field_that_a_parameter_brings_is_missed_where_the_parameter_is():
    plain = times(4, USER)
    full = [answer(f"/users/{n}?include=bio", {**USER, "id": n, "bio": "x"}) for n in range(5, 9)]
    lost = [answer(f"/users/{n}?include=bio", {**USER, "id": n}) for n in range(5, 9)]
    assert told(plain + full, plain + lost) == [("breaking", "field-removed", "/bio")]


def test_what_we_send_is_reported_as_ours():
    old = times(5, USER, method="POST", sent={"name": "Ada"})
    new = [answer(f"/users/{n}?dry=1", USER, method="POST", sent={"name": "Ada", "age": 3}) for n in range(5)]
    assert sorted(told(old, new)) == [
        ("compatible", "we-now-send", "query.dry"),
        ("compatible", "we-now-send", "request /age"),
    ]


def test_another_media_type_is_breaking_and_other_parameters_are_noise():
    old = times(4, USER)
    assert told(old, times(4, USER, media="application/json; charset=utf-8")) == []
    assert told(old, times(4, USER, media="text/html")) == [("breaking", "media-type-changed", "header.content-type")]


def test_a_contract_header_that_is_gone_is_risky_and_others_do_not_count():
    old = times(4, USER, headers=(("X-Total-Count", "9"), ("X-Request-Id", "1")))
    assert told(old, times(4, USER)) == [("risky", "header-gone", "header.x-total-count")]


def test_a_header_that_leads_to_the_next_page_or_the_new_resource_is_breaking_to_lose():
    paged = times(4, USER, headers=(("Link", '</users?page=2>; rel="next"'),))
    assert told(paged, times(4, USER)) == [("breaking", "next-link-gone", "header.link")]
    assert told(times(4, USER), paged) == [("compatible", "next-link-new", "header.link")]
    made = times(4, USER, method="POST", status=201, headers=(("Location", "/users/9"),))
    assert told(made, times(4, USER, method="POST", status=201)) == [("breaking", "location-gone", "header.location")]


def test_a_deprecation_is_a_notice_with_its_date():
    (finding,) = compared(
        times(1, USER), times(1, USER, headers=(("Sunset", "Wed, 31 Dec 2025 23:59:59 GMT"),))
    ).findings
    assert (finding.rule, finding.new) == ("deprecated", "Wed, 31 Dec 2025 23:59:59 GMT")


def test_a_redirect_to_elsewhere_is_risky_and_to_another_id_is_not():
    old, same, other = (
        [answer(f"/go/{n}", status=302, headers=(("location", target),)) for n in range(4)]
        for target in ("/users/1", "/users/2", "/login")
    )
    assert told(old, same) == []
    assert told(old, other) == [("risky", "redirect-retargeted", "header.location")]


def events(*values: tuple[str, object]) -> bytes:
    lines = (
        f"event: {name}\r\ndata: {json.dumps(value) if value != '[DONE]' else value}\r\n" for name, value in values
    )
    return "\r\n".join([*lines, ""]).encode()


def stream(*values: tuple[str, object]):
    return [
        answer(f"/users/{n}", raw=events(*((name, named(each, n)) for name, each in values)), media="text/event-stream")
        for n in range(4)
    ]


def test_events_are_compared_by_their_type():
    old = stream(("start", {"id": 1, "model": "x"}), ("delta", {"text": "a"}), ("delta", {"text": "b"}))
    new = stream(("start", {"id": 1}), ("delta", {"text": "a"}), ("delta", {"text": "b"}))
    assert told(old, new) == [("breaking", "field-removed", "event start /model")]


def test_a_new_event_is_risky_and_a_missing_terminator_breaking():
    old = stream(("delta", {"text": "a"}), ("end", "[DONE]"))
    assert told(old, stream(("delta", {"text": "a"}), ("ping", {"n": 1}), ("end", "[DONE]"))) == [
        ("risky", "event-new", "event ping")
    ]
    assert told(old, stream(("delta", {"text": "a"}))) == [("breaking", "terminator-gone", "event [DONE]")]


def test_a_stream_that_became_whole_is_breaking():
    assert told(stream(("delta", {"text": "a"})), times(4, USER)) == [
        ("breaking", "stream-became-whole", "header.content-type")
    ]


def test_lines_of_json_are_compared_like_items():
    old = [answer(f"/users/{n}", raw=b'{"a":1,"b":2}\n{"a":2,"b":3}\n', media="application/x-ndjson") for n in range(4)]
    new = [answer(f"/users/{n}", raw=b'{"a":1}\n{"a":2}\n', media="application/x-ndjson") for n in range(4)]
    assert told(old, new) == [("breaking", "field-removed", "event line /b")]


def test_operations_of_graphql_and_json_rpc_are_endpoints_of_their_own():
    def call(method, result):
        return answer("/rpc", {"result": result}, method="POST", sent={"jsonrpc": "2.0", "method": method})

    result = compared([call("add", 1), call("list", [1])], [call("add", 1), call("list", [1])])
    assert result.compared == 2
