"""One cause is one finding, and what follows from it is listed below it."""

from dataclasses import replace

from tests.contract.recordings import answer, compared, told

USER = {"name": "Ada", "mail": "ada@x.org", "age": 36}


def users(numbers, body=USER, url="/users/{n}", **options):
    return [answer(url.format(n=n), {"id": n, **body}, **options) for n in numbers]


def without(*names):
    return {name: value for name, value in USER.items() if name not in names}


def only(old, new):
    (finding,) = compared(old, new).findings
    return finding


def test_another_version_of_the_api_explains_what_is_gone_and_is_as_bad():
    old = users(range(5), headers=(("api-version", "1"),))
    new = users(range(5), without("mail"), headers=(("api-version", "2"),))
    finding = only(old, new)
    assert (finding.severity, finding.rule) == ("breaking", "version-changed")
    assert [(each.severity, each.rule, each.place) for each in finding.consequences] == [
        ("breaking", "field-removed", "/mail")
    ]


def test_another_host_explains_what_is_gone_there():
    old = users(range(5), url="http://a.test/users/{n}")
    finding = only(old, users(range(5), without("mail"), url="http://b.test/users/{n}"))
    assert (finding.severity, finding.rule) == ("breaking", "host-changed")
    assert [each.rule for each in finding.consequences] == ["field-removed"]


def test_hosts_of_services_that_were_asked_different_things_are_not_one():
    old = [answer("http://a.test/chat", {"id": 1, **USER}, method="POST", sent={"text": "one"})]
    new = [answer("http://b.test/chat", {"id": 2, "other": 1}, method="POST", sent={"text": "two"})]
    other = [answer("http://c.test/ping", USER)]
    assert told([*old, *other], [*new, *other]) == []


def test_a_header_that_asks_for_something_else_is_ours_and_explains_the_rest():
    def asked(accept, body):
        return [
            replace(each, request=replace(each.request, headers=(("Accept", accept),)))
            for each in users(range(5), body)
        ]

    finding = only(asked("application/vnd.v1+json", USER), asked("application/vnd.v2+json", without("mail")))
    assert (finding.severity, finding.rule, finding.place) == (
        "risky", "we-ask-otherwise", "request header.accept",
    )  # fmt: skip
    assert [(each.severity, each.rule) for each in finding.consequences] == [("risky", "field-removed")]


def test_another_account_explains_what_it_lacks():
    finding = only([answer("/me", {"id": 1, **USER})], [answer("/me", {"id": 2, **without("mail", "age")})])
    assert (finding.severity, finding.rule) == ("compatible", "account-changed")
    assert {each.rule for each in finding.consequences} == {"field-removed"}


def test_what_all_answers_show_does_not_depend_on_what_was_asked():
    old = [answer(f"/users/{n}?p{n}=1", {"id": n, **USER}) for n in range(6)]
    new = [answer(f"/users/{n}?q{n}=1", {"id": n, **without("mail")}) for n in range(6)]
    assert ("breaking", "field-removed", "/mail") in told(old, new)


def test_a_header_that_left_five_endpoints_is_one_finding():
    def asked(headers):
        return [answer(f"/{name}/{n}", USER, headers=headers) for name in "abcde" for n in range(5)]

    finding = only(asked((("etag", '"x"'),)), asked(()))
    assert (finding.rule, len(finding.also)) == ("header-gone", 4)


def test_fields_that_went_together_are_one_finding_and_two_are_two():
    assert [each.place for each in compared(users(range(5)), users(range(5), {})).findings] == ["/age"]
    assert len(only(users(range(5)), users(range(5), {})).also) == 2
    assert len(compared(users(range(5)), users(range(5), without("mail", "age"))).findings) == 2


def test_one_entity_at_several_places_is_one_observation_and_three_are_three():
    def places(people, body):
        return [answer(f"/{place}/1", {"owner": {"id": n, **body}}) for place in "abcdef" for n in people]

    finding = only(places([1], USER), places([1], without("mail")))
    assert (finding.severity, finding.grade) == ("risky", "E0")
    many = only(places([1, 2, 3, 4], USER), places([1, 2, 3, 4], without("mail")))
    assert many.severity == "breaking"


def test_another_media_type_of_answers_does_not_explain_what_errors_lack():
    def suite(media, error):
        return [*users(range(6), media=media), *users(range(6, 12), error, status=404)]

    old, new = suite("application/json", {"error": "gone", "detail": "d"}), suite("text/html", {"error": "gone"})
    assert told(old, new) == [
        ("breaking", "media-type-changed", "header.content-type"),
        ("risky", "field-removed", "4xx /detail"),
    ]
