"""Bodies as a whole: what vanishes, is hollow, is cut or is of another type is never silence."""

import pytest

from tests.contract.recordings import JSON, answer, compared, told

USER = {"name": "Ada", "mail": "ada@x.org"}


def answers(numbers, body=USER, **options):
    return [answer(f"/users/{n}", body, **options) for n in numbers]


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"raw": b""}, "body-gone"),
        ({"raw": b"{}"}, "body-gone"),
        ({"raw": b"null"}, "body-gone"),
        ({"raw": b'{"name": "Ad'}, "body-unreadable"),
        ({"raw": b"OK"}, "body-unreadable"),
        ({"raw": b"<html></html>", "media": "text/html"}, "media-type-changed"),
    ],
)
def test_a_body_that_says_nothing_any_more_is_breaking_from_three_on(options, rule, status):
    def rules(old, new):
        return {(severity, each) for severity, each, _ in told(old, new) if each == rule}

    old = answers(range(6), status=status)
    assert rules(old, answers(range(6), status=status, **options)) == {("breaking", rule)}
    assert rules(old[:3], answers(range(10, 13), status=status, **options)) == {("breaking", rule)}
    assert rules(old[:2], answers(range(2), status=status, **options)) == {("risky", rule)}
    assert rules(old[:1], answers(range(1), status=status, **options)) == {("risky", rule)}


def test_sendings_of_one_request_are_one_observation_and_risky():
    finding = compared(answers([7] * 6), answers([7] * 6, raw=b"")).findings[0]
    assert (finding.severity, finding.rule, finding.grade) == ("risky", "body-gone", "E0")
    assert finding.evidence.startswith("a body in 6 of 6 (1 entity), now in 0 of 6 (1 entity)")
    assert finding.if_confirmed


def test_empty_lists_are_no_evidence_but_on_three_pairs():
    full = [answer(f"/teams/{n}/users", [USER]) for n in range(3)]
    empty = [answer(f"/teams/{n}/users", []) for n in range(3)]
    assert told(full, empty) == [("risky", "list-emptied", "/")]
    assert told(full[:2], empty[:2]) == []
    assert told(full, [answer(f"/teams/{n}/users", []) for n in range(10, 13)]) == []


def test_what_cannot_be_read_is_counted_and_compressed_bytes_are_not_called_broken():
    zipped = answers(range(6), raw=b"\x1b\x2f\x00\xf8\x8d\xc3\xff\xfe\x00")
    result = compared(answers(range(6)), zipped)
    assert not result.findings
    (unread,) = result.unread
    assert (unread.count, unread.media, unread.why) == (6, "application/json", "a body in a coding that is not undone")


def test_pages_and_images_on_both_sides_are_unread_and_no_finding():
    pages = [answer(f"/p/{n}", raw=b"<html>", media="text/html") for n in range(3)]
    images = [answer(f"/i/{n}", raw=b"\x89PNG", media="image/png") for n in range(2)]
    result = compared([*pages, *images], [*pages, *images])
    assert not result.findings
    assert {(each.endpoint, each.count, each.media) for each in result.unread} == {
        ("GET api.test/p/{id}", 6, "text/html"),
        ("GET api.test/i/{id}", 4, "image/png"),
    }


def test_the_media_types_of_what_was_not_read_are_not_those_of_what_was():
    mixed = [*answers(range(3)), *answers(range(3, 6), raw=b"<html>", media="text/html")]
    (unread,) = compared(mixed, mixed).unread
    assert (unread.count, unread.media) == (6, "text/html")


@pytest.mark.parametrize("options", [{"raw": b""}, {"raw": b"{}"}, {"raw": b'{"name": "Ad'}])
def test_streams_that_are_as_they_were_do_not_hide_bodies_that_vanish(options):
    def chats(numbers, **options):
        streamed = {"raw": b'data: {"text": "Hello"}\n\n', "media": "text/event-stream"}
        return [
            answer("/chat", USER, method="POST", sent={"n": n, "stream": stream}, **(streamed if stream else options))
            for n in numbers
            for stream in (False, True)
        ]

    found = compared(chats(range(3)), chats(range(10, 13), **options)).findings
    assert [each.severity for each in found] == ["breaking"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("application/json", "application/vnd.api+json"),
        ("application/json", "application/problem+json"),
        ("application/json", "text/plain"),
        ("text/plain", "application/json"),
        ("text/html", "application/json"),
    ],
)
def test_another_name_of_a_media_type_is_risky_and_explains_no_field(before, after):
    assert told(answers(range(6), media=before), answers(range(6), {"name": "Ada"}, media=after)) == [
        ("breaking", "field-removed", "/mail"),
        ("risky", "media-subtype-changed", "header.content-type"),
    ]


def test_another_name_of_xml_is_risky():
    body = b"<Shop><Name>A</Name></Shop>"
    old, new = (
        [answer(f"/shops/{n}", raw=body, media=media) for n in range(6)] for media in ("text/xml", "application/xml")
    )
    assert told(old, new) == [("risky", "media-subtype-changed", "header.content-type")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("application/json", "text/html"),
        ("application/json", "text/csv"),
        ("application/json", "application/x-ndjson"),
        ("application/json", "application/xml"),
    ],
)
def test_a_media_type_of_another_parser_is_breaking(before, after):
    found = told(answers(range(6), media=before), answers(range(6), media=after))
    assert found == [("breaking", "media-type-changed", "header.content-type")]


def test_a_body_that_is_not_of_its_new_type_is_not_read_by_the_same_parser():
    broken = answers(range(6), raw=b"Not found", media="application/problem+json")
    assert told(answers(range(6)), broken) == [("breaking", "media-type-changed", "header.content-type")]


@pytest.mark.parametrize("body", [{}, [], {"1": USER, "2": USER}])
def test_json_without_fields_is_json_under_any_name(body):
    old, new = answers(range(6), body, media="text/html"), answers(range(6), body, media=JSON)
    assert told(old, new) == [("risky", "media-subtype-changed", "header.content-type")]


def test_an_empty_map_is_no_more_evidence_than_an_empty_list():
    full = [answer(f"/teams/{n}/users", {f"cus_9s6XKzkNRiz8i{n}": USER}) for n in range(6)]
    assert told(full, [answer(f"/teams/{n}/users", {}) for n in range(10, 16)]) == []
    assert told(full, [answer(f"/teams/{n}/users", {}) for n in range(6)]) == [("risky", "list-emptied", "/")]


@pytest.mark.parametrize("event", ["", 'data: {"text": "Hel\n\n'])
def test_streams_of_which_only_the_end_is_left_cannot_be_read(event):
    def chats(numbers, event):
        raw = f"{event}data: [DONE]\n\n".encode()
        return [answer("/chat", method="POST", sent={"n": n}, raw=raw, media="text/event-stream") for n in numbers]

    old = chats(range(3), 'data: {"text": "Hello"}\n\n')
    assert told(old, chats(range(10, 13), event)) == [("breaking", "body-unreadable", "/")]


def test_files_of_another_type_are_breaking_if_the_same_were_asked_for():
    def files(numbers, media):
        return [answer(f"/files/{n}", raw=b"\x89\0", media=media) for n in numbers]

    old = files(range(6), "image/png")
    assert told(old, files(range(10, 16), "application/pdf"))[0][0] == "risky"
    assert told(old, files(range(6), "image/webp"))[0][0] == "breaking"
