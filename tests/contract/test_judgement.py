"""Rules of drift that a comparison of two suites can trigger, and traps that must not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from playhead.contract.accepting import accepting
from playhead.contract.comparison import compare
from playhead.contract.contract import fold_all
from playhead.contract.findings import Acceptance
from playhead.contract.policy import Override, Policy
from playhead.contract.rules import Severity
from playhead.model.call import Call, Invocation, Raised, Returned, Yielded
from playhead.model.timing import Timing
from tests.contract.recordings import answer, compared, named, times, told

USER = {"id": 1, "name": "Ada", "email": "ada@example.org"}
LEAN = {"id": 1, "name": "Ada"}


def rules(old, new):
    return [(severity, rule) for severity, rule, _ in told(old, new)]


# Moves


def test_a_moved_field_is_one_finding():
    old = times(5, {"id": 1, "street": "1 Main Street", "address": {"zip": "8001"}})
    new = times(5, {"id": 1, "address": {"zip": "8001", "street": "1 Main Street"}})
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.rule) == ("breaking", "field-moved")
    assert (finding.old, finding.new) == ("/street", "/address/street")


def test_fields_of_one_name_with_other_values_did_not_move():
    old = times(5, {"id": 1, "name": "Ada Lovelace", "address": {"zip": "8001"}})
    new = times(5, {"id": 1, "address": {"zip": "8001", "name": "Headquarters"}})
    assert {rule for _, rule in rules(old, new)} == {"field-removed", "field-added"}


# Paging


def test_another_style_of_paging_is_one_finding():
    old = times(5, {"items": [USER], "page": 1, "total_pages": 9})
    new = times(5, {"items": [USER], "next_cursor": "abc", "has_more": True})
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.rule) == ("breaking", "paging-changed")
    assert (finding.old, finding.new) == ("page numbers", "cursor")


def test_a_field_called_page_is_no_style_of_paging():
    assert rules(times(5, {"id": 1, "page": 7}), times(5, {"id": 1, "cursor": "x"})) != [("breaking", "paging-changed")]


# Witnesses


def test_another_endpoint_with_the_same_change_is_a_witness():
    def led_by(first, lead):
        return [answer(f"/teams/{n}", {"lead": named(lead, first + n)}) for n in range(3)]

    (finding,) = compared([*times(3, USER), *led_by(101, USER)], [*times(3, LEAN), *led_by(101, LEAN)]).findings
    assert (finding.severity, finding.grade) == ("breaking", "E4")
    (finding,) = compared([*times(3, USER), *led_by(1, USER)], [*times(3, LEAN), *led_by(1, LEAN)]).findings
    assert (finding.severity, finding.grade) == ("breaking", "E2")  # they are the same users


def test_a_place_that_shows_a_change_less_well_takes_nothing_from_one_that_shows_it_well():
    old, new = ([*times(3, body), *(answer(f"/teams/{n}", {"lead": body}) for n in range(3))] for body in (USER, LEAN))
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.endpoint) == ("breaking", "GET api.test/users/{id}")


def test_an_announced_end_is_a_witness():
    gone = times(3, LEAN, headers=(("deprecation", "true"),))
    assert {each.rule: each.grade for each in compared(times(3, USER), gone).findings}["field-removed"] == "E4"


def test_weak_evidence_at_two_endpoints_is_still_weak():
    old = [*times(2, USER), answer("/teams/1", {"lead": USER})]
    new = [*times(2, LEAN), answer("/teams/1", {"lead": LEAN})]
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.grade) == ("risky", "E1")


# Chance


def test_what_is_seen_too_seldom_is_said_and_no_finding():
    new = [answer("/users/99", {**USER, "id": 99, "email": None}), *times(29, USER)]
    result = compared(times(30, USER), new)
    assert not result.findings
    assert [each.rule for each in result.unsure] == ["became-nullable"]


def test_entities_that_were_asked_for_often_and_differ_in_one_answer_each_are_no_finding():
    def asked(first, odd):
        return [
            answer(f"/users/{n}?try={again}", {**USER, "id": n, "email": None if odd and not again else "x@y.org"})
            for n in range(first, first + 5)
            for again in range(10)
        ]

    result = compared(asked(1, odd=False), asked(101, odd=True))
    assert not result.findings
    assert [(each.rule, each.evidence) for each in result.unsure] == [
        ("became-nullable", "null in 0 of 50 (5 entities), now in 5 of 50 (5 entities); seen once")
    ]


@pytest.mark.parametrize(("others", "severity"), [(4, "risky"), (5, None)])
def test_a_null_in_one_entity_of_five_is_told_and_in_one_of_more_is_other_data(others, severity):
    now = [*times(1, {**USER, "email": None}, first=101), *times(others, USER, first=102)]
    result = compared(times(9, USER), now)
    assert result.worst == severity
    assert [each.rule for each in result.findings or result.unsure] == ["became-nullable"]


# Operations


def graphql(data, *, query="query Ada { user { name } }", errors=None, number=1):
    sides = [{"data": {name: named(value, n) for name, value in data.items()}} for n in range(number)]
    bodies = sides if errors is None else [{**side, "errors": errors} for side in sides]
    return [
        answer("/graphql", body, method="POST", sent={"query": query, "variables": {"id": n}})
        for n, body in enumerate(bodies)
    ]


def test_graphql_is_told_apart_by_operation():
    old = [*graphql({"user": USER}, number=3), *graphql({"team": LEAN}, query="{ team { id name } }", number=3)]
    new = [*graphql({"user": LEAN}, number=3), *graphql({"team": LEAN}, query="{ team { id name } }", number=3)]
    result = compared(old, new)
    assert result.compared == 2
    assert [(each.endpoint, each.place) for each in result.findings] == [
        ("POST api.test/graphql Ada", "/data/user/email")
    ]


def test_errors_beside_200_are_breaking_for_the_same_operation():
    new = graphql({"user": None}, errors=[{"message": "no such field"}], number=4)
    assert rules(graphql({"user": USER}, number=4), new) == [("breaking", "operation-failed")]
    assert rules(new, graphql({"user": USER}, number=4)) == [("compatible", "operation-succeeds")]


def rpc(method, number=4, **outcome):
    return [
        answer(
            "/rpc",
            {"jsonrpc": "2.0", "id": n, **{name: named(value, n) for name, value in outcome.items()}},
            method="POST",
            sent={"jsonrpc": "2.0", "id": n, "method": method, "params": [n]},
        )
        for n in range(number)
    ]


def test_json_rpc_is_told_apart_by_method():
    old = [*rpc("get", result=USER), *rpc("add", result=1)]
    new = [*rpc("get", result=LEAN), *rpc("add", error={"code": -32601})]
    assert set(rules(old, new)) == {("breaking", "field-removed"), ("breaking", "operation-failed")}


def test_queries_of_other_languages_are_no_operations():
    assert (
        compared([answer('/query?query=up{job="x"}', USER)], [answer('/query?query={job="y"}', USER)]).newly_exercised
        == ()
    )


# Calls of doubles


def calls(outcome, number=4, **arguments):
    return [
        Invocation(n, Call("db", "get", (n,), arguments), outcome(n) if callable(outcome) else outcome)
        for n in range(1, number + 1)
    ]


def returned(value):
    return lambda n: Returned(named(value, n))


def yielded(value):
    return lambda n: Yielded((named(value, n),))


def test_the_type_of_a_returned_value_is_part_of_the_contract():
    old, new = calls(returned(USER)), calls(returned(LEAN))
    (finding,) = compared(old, new).findings
    assert (finding.severity, finding.rule) == ("breaking", "field-removed")
    assert (finding.endpoint, finding.place) == ("CALL db.get", "returned /email")
    assert told(calls(Returned(1)), calls(Returned("1"))) == [("breaking", "type-changed", "returned /")]
    assert told(calls(yielded(USER)), calls(yielded(LEAN))) == [("breaking", "field-removed", "returned /*/email")]
    assert told(old, old) == []


def test_a_call_that_raises_now_or_raises_something_else():
    found, raised = calls(Returned(1)), calls(Raised("app.NotFound", "no"))
    assert told(found, raised) == [("breaking", "call-raises", "status")]
    assert told(raised, found) == [("compatible", "call-returns", "status")]
    assert told(raised, calls(Raised("app.Gone"))) == [("risky", "exception-changed", "exception")]


def test_arguments_are_ours_and_abandoned_calls_say_nothing():
    assert told(calls(Returned(1)), calls(Returned(1), limit=3)) == [("compatible", "we-now-send", "request /limit")]
    assert compared(calls(Returned(1)), calls(None)).could_not_check


# Other media


def many(raw, media, count=4):
    """Return answers to different requests with one body."""
    return [answer(f"/users/{n}", raw=raw, media=media) for n in range(count)]


def test_xml_is_compared_as_a_tree():
    def feeds(*inside):
        entries = "".join(f"<entry><title>A</title>{each}</entry>" for each in inside)
        return many(f"<feed xmlns='urn:x'>{entries}</feed>".encode(), "text/xml")

    assert told(feeds("<link>u</link>"), feeds("")) == [("breaking", "field-removed", "/feed/entry/*/link")]
    assert told(feeds(""), feeds("", "")) == []


@pytest.mark.parametrize("raw", [b"<a><b></a>", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", b"<a>" * 500])
def test_xml_that_is_broken_or_hostile_has_no_shape(raw):
    broken, sound = many(raw, "application/xml"), many(b"<b/>", "application/xml")
    assert told(broken, broken) == []
    assert told(broken, sound) == [("compatible", "body-readable", "/")]
    assert told(sound, broken) == [("breaking", "body-unreadable", "/")]


def test_what_may_be_compressed_is_no_finding_and_listed_as_not_read():
    coded, sound = many(b"\xff<a/>", "application/xml"), many(b"<b/>", "application/xml")
    for old, new in ((coded, sound), (sound, coded)):
        result = compared(old, new)
        assert not result.findings
        assert [(each.media, each.count) for each in result.unread] == [("application/xml", 4)]


@pytest.mark.parametrize("gone", [{"raw": b""}, {"body": {}}])
def test_a_body_that_became_empty_under_the_same_status_is_not_silence(gone):
    full, empty = times(5, USER), [answer(f"/users/{n}", **gone) for n in range(1, 6)]
    assert told(full, empty) == [("breaking", "body-gone", "/")]
    assert told(empty, full) == [("compatible", "body-back", "/")]
    assert told(full, [*empty[:1], *times(4, USER, first=2)]) == []
    assert told(full[:1] * 2, empty[:1] * 2) == [("risky", "body-gone", "/")]


def test_a_body_that_cannot_be_parsed_any_more_is_not_silence():
    broken = many(b'{"id": 1, "name": "A', "application/json", 5)
    assert told(times(5, USER), broken) == [("breaking", "body-unreadable", "/")]
    assert told(times(1, USER) * 2, many(b"{", "application/json", 2)[1:] * 2) == [("risky", "body-unreadable", "/")]
    assert told(times(5, USER), many(b"<p>Sorry</p>", "text/html", 5)) == [
        ("breaking", "media-type-changed", "header.content-type")
    ]


@pytest.mark.parametrize("key", ["web-{0}-{1}.example.com", "T{0}X{1}", "alpha-beta-{0}{1}", "user{0}{1}@example.org"])
def test_a_type_below_keys_that_are_data_is_compared_whatever_the_keys_are(key):
    def quotes(first, value):
        return [
            answer(body={"quotes": {key.format(n, i): {"usd": value} for i in range(5)}})
            for n in range(first, first + 20)
        ]

    assert told(quotes(0, 1.5), quotes(20, "1.5")) == [("breaking", "type-changed", "/quotes/*/usd")]
    assert told(quotes(0, 1.5), quotes(20, 2.5)) == []


def test_scalars_below_keys_that_are_data_are_compared():
    def rates(first, value):
        return [answer(body={f"pair-{n}-{i}": value for i in range(4)}) for n in range(first, first + 9)]

    assert told(rates(0, 1.5), rates(9, "1.5")) == [("breaking", "type-changed", "/*")]


def test_optional_fields_of_a_record_are_no_keys_of_a_map():
    old = [answer(f"/users/{n}", {"id": n, "abcd"[n % 4]: "x"}) for n in range(8)]
    new = [answer(f"/users/{n}", {"id": n, "abcd"[n % 4]: 1}) for n in range(8)]
    assert {place for _, _, place in told(old, new)} == {"/a", "/b", "/c", "/d"}


def test_csv_is_compared_by_its_header():
    old, new = (many(raw, "text/csv") for raw in (b"user,name,email\n1,Ada,x\n", b"user,name\n1,Ada\n"))
    assert told(old, new) == [("breaking", "field-removed", "/*/email")]
    assert told(many(b"1,2,3\n", "text/csv"), new) == [("compatible", "body-readable", "/")]
    assert told(new, many(b"1,2,3\n", "text/csv")) == [("breaking", "body-unreadable", "/")]


# Formats


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1_700_000_000, 1_700_000_000_000),
        ("2024-01-01", "2024-01-01T00:00:00Z"),
        ("aGVsbG8gd29ybGQhIQ==", "https://api.test/x"),
    ],
)
def test_formats_that_readers_parse(old, new):
    assert told(times(5, {"at": old}), times(5, {"at": new})) == [("risky", "format-changed", "/at")]


def test_ids_with_another_prefix_are_another_format():
    old, new = (
        [answer(f"/users/{n}", {"id": f"{prefix}_4eC39HqLyjWDar{n}"}) for n in range(5)] for prefix in ("cus", "acct")
    )
    assert told(old, new) == [("risky", "format-changed", "/id")]
    assert told(old[:1], new[:1]) == []  # one object of each tag may be of two kinds


def test_a_format_that_is_no_more_is_told_on_several_values():
    old = [answer(f"/users/{n}", {"born": f"2001-01-0{n}"}) for n in range(1, 6)]
    new = [answer(f"/users/{n}", {"born": text}) for n, text in enumerate(["may", "june", "july", "fall", "spring"])]
    assert told(old, new) == [("risky", "format-changed", "/born")]


# Whose change it is


def test_an_echo_of_what_we_send_is_downgraded_and_says_so():
    old, new = (
        [answer("/n", {"amount": n + more, "ok": True}, method="POST", sent={"amount": n + more}) for n in range(5)]
        for more in (0, 0.5)
    )
    (finding,) = [each for each in compared(old, new).findings if not each.place.startswith("request")]
    assert (finding.severity, finding.rule) == ("risky", "integer-became-fractional")
    assert "echo" in finding.evidence


def test_another_accept_header_is_another_question():
    def asked(accept, media):
        given = times(5, USER, media=media)
        return [replace(each, request=replace(each.request, headers=(("Accept", accept),))) for each in given]

    (finding,) = compared(asked("application/json", "application/json"), asked("text/html", "text/html")).findings
    assert (finding.severity, finding.rule) == ("risky", "we-ask-otherwise")
    (follows,) = finding.consequences
    assert (follows.severity, follows.rule) == ("risky", "media-type-changed")
    assert "requests differ" in follows.evidence


def test_what_one_kind_of_question_has_lost_is_one_finding():
    def asked(query, body, first):
        return [answer(f"/users/{n}?{query}", named(body, n)) for n in range(first, first + 5)]

    plain, paged = times(5, LEAN), asked("page=1", USER, 201)
    old = [*plain, *asked("full=true", USER, 101), *paged]
    new = [*plain, *asked("full=true", LEAN, 101), *paged]
    assert told(old, new) == [("breaking", "field-removed", "/email")]
    everywhere = asked("a=1", USER, 301)
    assert told([*everywhere, *asked("b=1", USER, 401)], [*everywhere, *asked("b=1", LEAN, 401)]) == [
        ("breaking", "field-removed", "/email")
    ]


# Versions and times


def test_another_dated_version_is_risky():
    old, new = (times(3, USER, headers=(("stripe-version", day),)) for day in ("2022-11-15", "2024-06-20"))
    assert told(old, new) == [("risky", "version-changed", "header.stripe-version")]


def test_slowness_is_told_only_if_asked_for_and_on_twenty_answers():
    def timed(us, number):
        return [replace(answer(body=USER), timing=Timing(start_us=10, head_us=10 + us)) for _ in range(number)]

    slow = Policy(slower_than=2)
    assert not compared(timed(1000, 20), timed(9000, 20)).findings
    assert not compare(fold_all(timed(1000, 20)), fold_all(timed(9000, 19)), slow).findings
    (finding,) = compare(fold_all(timed(1000, 20)), fold_all(timed(9000, 20)), slow).findings
    assert (finding.severity, finding.rule, finding.place) == ("risky", "answers-slower", "time to head")


# Streams


def test_a_stream_that_no_longer_says_that_it_ends_is_breaking():
    def stream(*names):
        raw = "".join(f'event: {name}\ndata: {{"type": "{name}", "n": 1}}\n\n' for name in names).encode()
        return many(raw, "text/event-stream")

    assert told(stream("start", "message_stop"), stream("start")) == [
        ("breaking", "terminator-gone", "event message_stop")
    ]


# Traps of real data


@pytest.mark.parametrize(
    "values",
    [
        [False, 1700000000.5, False, 1700000001.5],  # Reddit's `edited`
        ["", {"kind": "Listing"}, "", {"kind": "Listing"}],  # Reddit's `replies`
    ],
)
def test_unions_that_always_were_are_silent(values):
    old, new = ([answer(f"/users/{n}", {"id": n, "v": v}) for n, v in enumerate(vs)] for vs in (values, values[::-1]))
    assert told(old, new) == []


def test_statistics_that_are_still_computed_are_not_breaking():
    old, new = times(5, [{"week": 1}]), times(5, {}, status=202)
    assert {severity for severity, _ in rules(old, new)} <= {"risky"}


@pytest.mark.parametrize(
    "name", ["date", "x-request-id", "cf-ray", "age", "set-cookie", "x-ratelimit-remaining", "via"]
)
def test_volatile_headers_are_silent(name):
    assert told(times(5, USER, headers=((name, "1"),)), times(5, USER)) == []


# Settings


def override(severity, **where):
    return Policy((Override(Severity(severity), **where),))


def test_a_severity_can_be_overridden_by_rule_endpoint_and_place():
    old, new = fold_all(times(5, USER)), fold_all(times(5, LEAN))
    assert compare(old, new).worst == "breaking"
    assert compare(old, new, override("risky", rule="field-removed")).worst == "risky"
    assert compare(old, new, override("noise", rule="field-*", endpoint="GET */users/{id}", place="/em*")).worst is None
    assert compare(old, new, override("noise", rule="field-removed", place="/name")).worst == "breaking"
    assert compare(new, old, override("breaking", rule="field-added")).worst == "breaking"


def test_an_override_does_not_outweigh_evidence():
    old, new = fold_all(times(1, LEAN)), fold_all(times(1, USER))
    assert compare(old, new, override("breaking", rule="field-added")).worst == "risky"


def test_declared_templates_come_first():
    old, new = fold_all([answer("/wiki/Ada", USER)] * 5), fold_all([answer("/wiki/Bob", LEAN)] * 5)
    assert compare(old, new).compared == 0
    result = compare(old, new, Policy(templates=("/wiki/{page}", "GET api.test/wiki/Main")))
    assert [each.endpoint for each in result.findings] == ["GET api.test/wiki/{page}"]


# Accepting


def test_accepted_findings_are_set_apart_and_what_no_longer_holds_is_named():
    result = compared(times(5, USER), times(5, LEAN))
    (finding,) = result.findings
    entries = [
        Acceptance(finding.fingerprint, "unused"),
        Acceptance("0" * 16, "gone", endpoint=finding.endpoint),
        Acceptance("1" * 16, "elsewhere", endpoint="GET api.test/other"),
        Acceptance("2" * 16, "mistyped", rule="field-removd"),
    ]
    settled = accepting(result, entries, "2026-11-25")
    assert not settled.findings
    assert [each.finding for each in settled.accepted] == [finding]
    assert [(each.entry.fingerprint[0], each.why) for each in settled.stale] == [
        ("0", "there is no such finding any more"),
        ("2", "there is no rule field-removd"),
    ]


@pytest.mark.parametrize(("today", "accepted"), [("2026-12-31", True), ("2027-01-01", False)])
def test_an_acceptance_holds_through_its_last_day(today, accepted):
    result = compared(times(5, USER), times(5, LEAN))
    settled = accepting(result, [Acceptance(result.findings[0].fingerprint, "for now", "2026-12-31")], today)
    assert bool(settled.accepted) is accepted
    assert bool(settled.findings) is not accepted
    assert bool(settled.stale) is not accepted


def test_an_acceptance_still_holds_when_another_place_shows_the_change_better():
    (before,) = compared(times(3, USER), times(3, LEAN)).findings
    more = [answer(f"/teams/{n}", {"lead": json.loads(json.dumps(USER))}) for n in range(9)]
    less = [answer(f"/teams/{n}", {"lead": LEAN}) for n in range(9)]
    after = compared([*times(3, USER), *more], [*times(3, LEAN), *less])
    assert before.fingerprint in after.findings[0].covers
    assert not accepting(after, [Acceptance(before.fingerprint, "unused")], "2026-01-01").findings


# States


def orders(state, *, numbers=range(6), **fields):
    return [answer(f"/orders/{n}", {"id": n, "total": 1, "state": state, **fields}) for n in numbers]


def test_what_a_state_that_is_over_took_with_it_is_risky_and_says_so():
    (finding,) = (each for each in compared(orders("running", eta=5), orders("done")).findings if "eta" in each.place)
    assert (finding.severity, finding.rule) == ("risky", "field-removed")
    assert "the objects are in another state than before" in finding.evidence
    (once,) = compared(orders("running", numbers=[1], eta=5), orders("done", numbers=[1])).findings
    assert (once.rule, once.grade, once.if_confirmed) == ("field-removed", "E0", False)


def test_another_spelling_of_a_state_is_not_another_state():
    assert ("breaking", "field-removed", "/eta") in told(orders("running", eta=5), orders("RUNNING"))


def chats(numbers, body, **extra):
    """Return answers to requests none of which has the shape of another; the first has something more."""
    return [
        answer(
            "/chat",
            {"id": n, **body},
            method="POST",
            sent={"text": "Hello", f"option{n}": n, **(extra if n == numbers[0] else {})},
        )
        for n in numbers
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"tools": [{"name": "search", "strict": True}]}, {"tools": [{"name": "search"}]}),
        ({"tools": [{"name": "search"}]}, {"tools": [{"name": "search", "strict": True}]}),
        ({"top_k": 3}, {"top_k": 0.5}),
    ],
    ids=["asked-before", "asked-now", "asked-otherwise"],
)
def test_what_one_request_of_many_asks_otherwise_explains_nothing(one, other):
    old = chats(range(6), {"usage": 1, "role": "assistant"}, **one)
    assert ("breaking", "field-removed", "/role") in told(old, chats(range(10, 16), {"usage": 1}, **other))


def test_a_header_of_one_request_of_many_explains_nothing():
    first, *rest = chats(range(6), {"usage": 1, "role": "assistant"})
    first = replace(first, request=replace(first.request, headers=(*first.request.headers, ("accept", "a/b"))))
    assert ("breaking", "field-removed", "/role") in told([first, *rest], chats(range(10, 16), {"usage": 1}))


@pytest.mark.parametrize("count", [3, 4])
def test_a_field_renamed_in_other_entities_is_as_risky_as_one_that_is_gone(count):
    def items(first, name):
        return [
            answer(f"/items/{n}", {"id": n, "size": 1, "kind_of": 2, name: f"x{n}"})
            for n in range(first, first + count)
        ]

    assert told(items(0, "label"), items(10, "label_v2")) == [
        ("risky" if count == 3 else "breaking", "field-renamed", "/label")
    ]


def test_entities_that_have_nothing_but_an_id_left_have_lost_the_rest():
    def maps(numbers, **rest):
        return [answer(f"/entries?n={n}", {f"key{n}x": {"id": n % 3, **rest}}) for n in numbers]

    assert told(maps(range(6), kind="x"), maps(range(6))) == [("breaking", "field-removed", "/*/kind")]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_only_fails_on_both_sides_is_said_not_to_be_judged(status):
    suite = [answer(f"/users/{n}", {"error": "busy"}, status=status) for n in range(3)]
    assert compared(suite, suite).remarks == (
        "1 endpoint has only 5xx, 429 or failures on both sides, and could not be judged: GET api.test/users/{id}.",
    )
    assert compared([*suite, answer("/users/7", USER)], suite).remarks == ()


@pytest.mark.parametrize(("amount", "rules_"), [(0, []), (3, [("breaking", "integer-became-fractional")])])
def test_amounts_of_nothing_are_no_integers(amount, rules_):
    def costs(cost):
        return [answer(f"/usage/{n}", {"id": n, "cost": cost, "calls": 3}) for n in range(6)]

    assert rules(costs(amount), costs(0.25)) == rules_


def asked(numbers, sent, body):
    """Return answers to requests that are told apart by a number; `sent` and `body` may depend on it."""
    return [
        answer("/chat", {"id": n, "text": "Hello", **body(n)}, method="POST", sent={"number": n, **sent(n)})
        for n in numbers
    ]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"encoding_format": "float"}, {"encoding_format": "base64"}),
        ({"output_mode": "full"}, {"output_mode": "short"}),
        ({"options": {"detail_level": "full"}}, {"options": {"detail_level": "short"}}),
        ({"include": ["usage"]}, {"include": ["logprobs"]}),
        ({"modalities": ["text", "audio"]}, {"modalities": ["text"]}),
        ({"expand[]": "customer,owner"}, {"expand[]": "invoice,owner"}),
        ({"$select": "a,b"}, {"$select": "a,c"}),
    ],
    ids=str,
)
def test_a_parameter_of_other_values_may_explain_what_differs(before, now):
    old = asked(range(6), lambda n: before, lambda n: {"extra": 1})
    assert told(old, asked(range(10, 16), lambda n: now, lambda n: {})) == [("risky", "field-removed", "/extra")]


@pytest.mark.parametrize("header", ["prefer", "x-goog-fieldmask"])
def test_headers_choose_what_is_returned(header):
    def sending(exchanges, value):
        return [
            replace(each, request=replace(each.request, headers=(*each.request.headers, (header, value))))
            for each in exchanges
        ]

    old = sending(asked(range(6), lambda n: {}, lambda n: {"extra": 1}), "return=representation")
    new = sending(asked(range(10, 16), lambda n: {}, lambda n: {}), "return=minimal")
    assert [(each.severity, each.rule) for each in compared(old, new).findings] == [("risky", "we-ask-otherwise")]


def test_what_is_asked_of_other_answers_only_does_not_hide_that_a_field_follows_a_parameter():
    """The new side asks for tools only where it asks for errors, of whose bodies nothing is compared here."""
    old = asked(range(6), lambda n: {"tools": 1}, lambda n: {"extra": 1})
    failed = [
        replace(each, response=replace(each.response, status=404))
        for each in asked(range(20, 26), lambda n: {"tools": 1, "top": 1}, lambda n: {})
    ]
    new = asked(range(10, 16), lambda n: {}, lambda n: {})
    assert ("breaking", "field-removed", "/extra") not in told(old, [*new, *failed])
    kept = asked(range(30, 36), lambda n: {"tools": 1}, lambda n: {})
    assert ("breaking", "field-removed", "/extra") in told(old, [*new, *kept])


def test_each_half_of_the_requests_may_ask_for_something_of_its_own():
    old = asked(range(6), lambda n: {"tools" if n % 2 else "functions": 1}, lambda n: {"calls": 1})
    new = asked(range(10, 16), lambda n: {}, lambda n: {})
    assert ("breaking", "field-removed", "/calls") not in told(old, new)
    kept = asked(range(20, 26), lambda n: {"tools" if n % 2 else "functions": 1}, lambda n: {})
    assert ("breaking", "field-removed", "/calls") in told(old, [*new, *kept])


def test_objects_that_have_nothing_in_common_with_those_before_are_breaking_from_four_on():
    old = [answer(f"/items/{n}", {"id": n, "name": f"n{n}", "size": 3 * n}) for n in range(8)]
    new = [answer(f"/items/{n}", {"open": True, "parts": [1.5], "shop": {"town": "x"}}) for n in range(10, 18)]
    assert told(old[:3], new[:3])[0] == ("risky", "field-removed", "/id")
    assert told(old[:4], new[:4])[0] == ("breaking", "field-removed", "/id")
