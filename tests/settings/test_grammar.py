"""The values of each option, and the errors for others."""

from __future__ import annotations

import inspect
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.errors import UsageError
from playhead.model.mode import Mode
from playhead.settings.grammar import GRAMMAR, known_name, read, read_text
from playhead.settings.options import Options

SPEEDS = st.floats(min_value=0, exclude_min=True, allow_infinity=False, allow_nan=False)


def test_every_option_of_use_cassette_has_a_rule_and_a_field() -> None:
    from playhead.use.cassette import use_cassette

    signature = [name for name in inspect.signature(use_cassette).parameters if name != "path"]
    assert list(GRAMMAR) == signature
    assert [*signature, "ceiling"] == list(Options.__dataclass_fields__)  # which no one gives: it is found


@given(SPEEDS)
def test_a_speed_is_a_number_or_a_number_times(speed: float) -> None:
    assert read("timing", speed) == speed
    assert read_text("timing", f"{speed!r}x", "--timing") == speed
    assert Options(timing=speed).speed == speed


@pytest.mark.parametrize("wrong", [0, -1, math.inf, math.nan, True, "10y", "x", "", "-3x", None, [10]])
def test_what_is_no_speed_is_told(wrong: object) -> None:
    with pytest.raises(UsageError, match="a number above 0"):
        read("timing", wrong)


def test_named_timings() -> None:
    named = [Options(timing=name) for name in ("instant", "recorded", "virtual")]
    assert [each.speed for each in named] == [None, 1.0, 1.0]
    assert [each.virtual for each in named] == [False, False, True]


@given(st.sampled_from(Mode))
def test_record_modes_are_read_as_they_are(mode: str) -> None:
    assert read("record", mode) == read_text("record", f" {mode} ", "PLAYHEAD_RECORD") == mode


def test_a_near_miss_is_named_with_its_option_and_all_values() -> None:
    with pytest.raises(UsageError) as caught:
        read("record", "mising", "--record")
    assert str(caught.value) == (
        '--record cannot be "mising" (did you mean "missing"?): the values are "none", "missing", "new" and "all".'
    )


@pytest.mark.parametrize("name", ["ignore", "check", "passthrough", "discard", "redact"])
@pytest.mark.parametrize("wrong", ["host", 3, [3], [""], {"host": "x"}, b"host"])
def test_a_list_is_a_list_of_texts(name: str, wrong: object) -> None:
    with pytest.raises(UsageError, match=f"{name} cannot be .* it is a list of texts"):
        read(name, wrong)


def test_an_unknown_place_is_told_with_the_option() -> None:
    with pytest.raises(UsageError, match=r'^ignore: "heder\.x" is not a place of a request'):
        read("ignore", ["header.x-id", "heder.x"])


def test_only_headers_are_checked_besides() -> None:
    assert read("check", ["header.openai-beta"]) == ("header.openai-beta",)
    with pytest.raises(UsageError, match="headers"):
        read("check", ["query.page"])


@pytest.mark.parametrize(
    ("name", "given", "instead"),
    [
        ("check", "authorization", "header.authorization"),
        ("check", "Authorization ", "header.authorization"),
        ("check", "header.x-id", "header.x-id"),
        ("check", "query.page", "header.accept"),
        ("check", "", "header.accept"),
        ("ignore", "query.id", "query.id"),
        ("ignore", "id", "query.page"),
    ],
)
def test_the_list_that_is_proposed_for_a_text_is_one_that_can_be_given(name: str, given: str, instead: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(name, given)
    assert str(caught.value) == f'{name} cannot be "{given}": it is a list of texts, such as ["{instead}"].'
    assert read(name, [instead]) == (instead,)


def test_a_header_without_its_kind_is_told_as_a_place() -> None:
    with pytest.raises(UsageError, match=r'check cannot hold "authorization": .* such as "header\.authorization"'):
        read("check", ["authorization"])


def test_a_wrong_redaction_is_told_with_the_option() -> None:
    assert read("redact", ["header.x-tenant", "!cursor"]) == ("header.x-tenant", "!cursor")
    with pytest.raises(UsageError, match=r"^redact: "):
        read("redact", ["header. "])


def test_repeat_is_a_flag_or_routes() -> None:
    assert read("repeat", True) is True
    assert read("repeat", ["GET /health", "* /poll/{id}"]) == ("GET /health", "* /poll/{id}")
    for wrong in (["/health"], ["GET health"], "yes", 1):
        with pytest.raises(UsageError, match=r"^repeat"):
            read("repeat", wrong)


def test_origins_map_names_to_urls() -> None:
    assert read("origins", {"users": "https://users.test/v1"}) == {"users": "https://users.test/v1"}
    assert read("origins", {"users-2_b.c": "http://[::1]:80"}) == {"users-2_b.c": "http://[::1]:80"}
    for wrong in (
        {"users": "users.test"}, {"users": 3}, ["https://a.test"], {"users": "http://["}, {"users": "http://a.test:x"},
        {"a b": "http://a.test"}, {"": "http://a.test"}, {"a/b": "http://a.test"}, {3: "http://a.test"},
    ):  # fmt: skip
        with pytest.raises(UsageError, match=r"^origins cannot"):
            read("origins", wrong)


def test_hosts_have_a_host() -> None:
    assert read("passthrough", ["*.sentry.io", "http://127.0.0.1:9200/_cluster"])
    assert read("passthrough", ["http://127.0.0.1:*/_cluster", "https://*.a.test"])
    for name in ("passthrough", "discard"):
        for wrong in ("https:///path", "http://["):
            with pytest.raises(UsageError, match=f"{name} cannot hold"):
                read(name, [wrong])


def test_interception_is_a_flag_and_no_word() -> None:
    for wrong in ("yes", "true", 1, 0, []):
        with pytest.raises(UsageError, match=r"^intercept cannot be .* true and false"):
            read("intercept", wrong)


def test_arguments_of_calls_are_places() -> None:
    assert read("ignore", ["call.db.create_user.args[0]"]) == ("call.db.create_user.args[0]",)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("ignore", "host, query.ts,", ("host", "query.ts")),
        ("repeat", "yes", True),
        ("repeat", "GET /a, GET /b", ("GET /a", "GET /b")),
        ("intercept", "0", False),
        ("keep_on_error", "TRUE", True),
        (
            "origins",
            "users=https://a.test, pay=https://b.test/x=1",
            {"users": "https://a.test", "pay": "https://b.test/x=1"},
        ),
        ("timing", "10x", 10.0),
        ("timing", "2.5", 2.5),
    ],
)
def test_text_is_taken_apart(name: str, text: str, value: object) -> None:
    assert read_text(name, text, "PLAYHEAD") == value


@pytest.mark.parametrize(("name", "text"), [("intercept", "maybe"), ("origins", "users"), ("timing", "fast")])
def test_text_that_means_nothing_is_told(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"PLAYHEAD_{name.upper()}"):
        read_text(name, text, f"PLAYHEAD_{name.upper()}")


def test_unknown_names_are_told_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r'^use_cassette: there is no "recrod" \(did you mean "record"\?\); there is '):
        known_name("recrod", GRAMMAR, "use_cassette")
