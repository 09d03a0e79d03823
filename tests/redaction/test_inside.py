"""Links, forms and JSON that stand inside other texts, in whatever encoding."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playhead.redaction.edits import Edit, apply
from playhead.redaction.encodings import from_json, from_markup, from_query
from tests.redaction.strategies import CANARY
from tests.redaction.test_redact import body, url
from tests.redaction.test_streams import streamed, whole
from tests.support.growth import grows_in_proportion

LINKS = {
    "S3": "https://b.s3.amazonaws.com/a.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&X-Amz-Signature=%s",
    "S3 v2": "https://b.s3.amazonaws.com/a.txt?Expires=1700000000&Signature=%s",
    "GCS": "https://storage.googleapis.com/b/a.txt?X-Goog-Expires=60&X-Goog-Signature=%s&x=1",
    "Azure": "https://a.blob.core.windows.net/c/b.txt?sv=2024-01-01&se=2026-01-01T00%%3A00%%3A00Z&sig=%s&sp=r",
    "CloudFront policy": "https://d1.cloudfront.net/a?Policy=%s&Signature=x&Key-Pair-Id=y",
    "CloudFront key": "https://d1.cloudfront.net/a?Policy=x&Signature=y&Key-Pair-Id=%s",
    "token": "https://a.test/reset?user=7&token=%s#top",
    "relative": "/reset?token=%s",
    "fragment": "https://a.test/cb#state=1&access_token=%s",
    "nested": "https://a.test/login?next=https%%3A%%2F%%2Fb.test%%2Fx%%3Fa%%3D1%%26token%%3D%s",
    "nested twice": "https://a.test/?next=https%%3A%%2F%%2Fb.test%%3Fback%%3Dhttps%%253A%%252F%%252Fc.test%%253Ftoken%%253D%s",
    "nested plainly": "https://a.test/login?next=/x?token=%s",
    "in a path": "https://a.test/go/https%%3A%%2F%%2Fb.test%%2F%%3Ftoken%%3D%s?x=1",
    "JSON in a parameter": "https://a.test/?data=%%7B%%22password%%22%%3A%%22%s%%22%%7D",
    "user": "https://%s:x@a.test/",
    "password": "https://u:%s@a.test/",
}
PLACES = {
    "JSON": ("application/json", lambda link: json.dumps({"link": link})),
    "JSON of Go": ("application/json", lambda link: json.dumps({"link": link}).replace("&", "\\u0026")),
    "JSON of gson": (
        "application/json",
        lambda link: json.dumps([link]).replace("=", "\\u003d").replace("&", "\\u0026"),
    ),
    "JSON of PHP": ("application/json", lambda link: json.dumps({"a": {"b": link}}).replace("/", "\\/")),
    "prose in JSON": ("application/json", lambda link: json.dumps({"text": f"Go to ({link}), please."})),
    "JSON in JSON": ("application/json", lambda link: json.dumps({"body": json.dumps({"link": link})})),
    "JSON in JSON in JSON": (
        "application/json",
        lambda link: json.dumps({"body": json.dumps({"message": json.dumps({"link": link})})}),
    ),
    "HTML in JSON": ("application/json", lambda link: json.dumps({"html": f'<a href="{link}">x</a>'})),
    "HTML": ("text/html", lambda link: f'<p>x <a href="{link}">Reset</a></p>'),
    "escaped HTML": ("text/html", lambda link: f"<a href='{link.replace('&', '&amp;')}'>"),
    "HTML escaped to excess": (
        "text/html",
        lambda link: f'<a href="{link.replace("&", "&#38;").replace("=", "&#x3D;").replace("/", "&#x2F;")}">',
    ),
    "script": ("text/html", lambda link: f"<script>x = {json.dumps(link)}</script>".replace("&", "\\u0026")),
    "text": ("text/plain", lambda link: f"Dear A,\nplease follow {link}. It is good for a day.\n"),
    "XML": ("text/xml", lambda link: f"<a><b c='1'>{link.replace('&', '&amp;')}</b></a>"),
    "an attribute": ("text/xml", lambda link: f"<a><b c='{link.replace('&', '&#38;')}'/></a>"),
    "a section": ("application/soap+xml", lambda link: f"<a><![CDATA[{link}]]></a>"),
    "markdown": ("text/markdown", lambda link: f"[Reset]({link})"),
    "no media type": ("", lambda link: f"see <{link}>"),
    "form": ("application/x-www-form-urlencoded", lambda link: f"a=1&back={quote_plus(link)}"),
    "JSON in a form": ("application/x-www-form-urlencoded", lambda link: "payload=" + quote(json.dumps({"a": link}))),
    "multipart": (
        "multipart/form-data; boundary=b",
        lambda link: f'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n{link}\r\n--b--',
    ),
    "lines": ("application/x-ndjson", lambda link: json.dumps({"a": 1}) + "\n" + json.dumps({"a": link})),
    "events": ("text/event-stream", lambda link: f"event: x\ndata: {json.dumps({'a': link})}\n\n"),
    "an event": ("text/event-stream", lambda link: f"event: x\ndata: {link}\n\n"),
    "sequence": ("application/json-seq", lambda link: "\x1e" + json.dumps({"a": link}) + "\n"),
}


def stored_json(value: object) -> str:
    return body(json.dumps(value))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", LINKS)
def test_no_secret_of_a_link_is_left_in_a_body(kind: str, place: str) -> None:
    media_type, written = PLACES[place]
    live = written(LINKS[kind] % CANARY)
    stored = body(live, media_type)
    assert CANARY not in stored
    assert body(stored, media_type) == stored
    before, _, after = live.partition(CANARY)
    if "CloudFront" not in kind and "user" not in kind and "password" not in kind:
        assert stored.startswith(before)
        assert stored.endswith(after)
    data = live.encode()
    sizes = [7] * (len(data) // 7) + [len(data) % 7]
    assert streamed(media_type, data, sizes) == whole(media_type, data, sizes)


@pytest.mark.parametrize("kind", LINKS)
def test_no_secret_of_a_link_is_left_in_a_link_or_a_header(kind: str) -> None:
    assert CANARY not in url(LINKS[kind] % CANARY)
    assert CANARY not in url("https://a.test/?next=" + quote(LINKS[kind] % CANARY, safe=""))


@pytest.mark.parametrize(
    "live",
    [
        "?a=1;token=%s",
        "see ?a=1;token=%s, please",
        "see ?x then ?a=1;token=%s",
        "a=1&amp;token=%s",
        "?Key-Pair-Id=APKA12345&Policy=%s",
        r"x = 'https:\/\/ada:%s\u0040a.test\/'",
        r'<script>"https:\/\/ada:%s\u0040a.test\/"</script>',
    ],
)
def test_no_secret_of_a_link_is_left_at_the_beginning_of_a_text_or_behind_escapes(live: str) -> None:
    for media_type in ("text/plain", "text/html"):
        assert CANARY not in body(live % CANARY, media_type)


@pytest.mark.parametrize("sign", ["@", r"\u0040"])
def test_a_password_in_a_link_is_found_however_json_spells_its_end(sign: str) -> None:
    assert body(f'{{"a":"https://ada:{CANARY}{sign}a.test/"}}') == (
        f'{{"a":"https://REDACTED-user-2:REDACTED-password-1{sign}a.test/"}}'
    )


def nested(value: object, depth: int) -> object:
    for _ in range(depth):
        value = {"message": json.dumps({"x": [value], "y": "z"})}
    return value


@pytest.mark.parametrize("depth", range(6))
@pytest.mark.parametrize(
    "value",
    [
        {"password": CANARY},
        {"a": {"p\u00e4ss": 1, "access_token": [CANARY]}},
        {"name": "DB_PASSWORD", "value": CANARY},
        f"https://a.test/?token={CANARY}",
        f"password={CANARY}&user=a",
    ],
)
def test_json_in_strings_of_json_is_looked_into(value: object, depth: int) -> None:
    live = json.dumps({"tool_calls": [{"function": {"name": "f", "arguments": json.dumps(nested(value, depth))}}]})
    stored = body(live)
    assert CANARY not in stored
    before, _, after = live.partition(CANARY)
    assert stored.startswith(before)
    assert stored.endswith(after)
    assert body(stored) == stored
    data = live.encode()
    assert streamed("application/json", data, [5] * (len(data) // 5) + [len(data) % 5])[0] == stored.encode()


def test_json_that_is_a_string_as_a_whole_is_looked_into() -> None:
    assert CANARY not in body(json.dumps(json.dumps({"token": CANARY})))


def test_names_in_strings_of_json_may_be_escaped() -> None:
    inner = json.dumps({"password": CANARY}).replace("password", "p\\u0061ssword")
    assert CANARY not in stored_json({"body": inner})


@pytest.mark.parametrize(
    "text",
    [
        "color=red&size=5",
        "a = b; token=next()",
        "if (a && b) { x = 1; password=y }",
        "See https://a.test/a?page=2&sort=name for more.",
        "git+ssh://git@github.com/a/b.git",
        "https://a.test/@scope/pkg?x=a@b",
        '{"a": "b=c"}',
        '[see "this"](https://a.test/?a=b)',
        "100%3D",
        "data:image/png;base64,iVBORw0KGgo=",
    ],
)
def test_a_text_without_secrets_keeps_every_byte(text: str) -> None:
    for media_type in ("text/plain", "text/html", ""):
        assert body(text, media_type) == text
    assert stored_json({"text": text}) == json.dumps({"text": text})


IN_TEXTS = {
    "a program": ("text/html", "<script>window.x = {user: 'a', password: '%s'}</script>"),
    "a script's JSON": ("text/html", '<script type="application/json">{"a": {"password": "%s"}}</script>'),
    "an attribute's JSON": ("text/html", '<div data-x="{&quot;password&quot;:&quot;%s&quot;}"></div>'),
    "JSON in a program's string": ("text/html", '<script>x = "{\\"password\\":\\"%s\\"}"</script>'),
    "JSONP": ("application/javascript", 'cb({"password": "%s"});'),
    "a field": ("text/html", '<form><input type="hidden" name="csrf_token" value="%s"></form>'),
    "metadata": ("text/html", "<meta content='%s' name='csrf-token'>"),
    "a log": ("text/plain", "2026-01-01 sent {'user': 'a', 'password': '%s'}"),
    "a log in JSON": ("application/json", """{"log": "sent {'user': 'a', 'password': '%s'}"}"""),
    "a query in JSON": (
        "application/json",
        '{"query": "mutation { login(user: 1, password: \\"%s\\") { id } }"}',
    ),
    "XML in JSON": ("application/json", '{"xml": "<a><b/><password>%s</password></a>"}'),
    "escaped XML in JSON": ("application/json", '{"xml": "\\u003ca\\u003e\\u003cpassword\\u003e%s"}'),
    "behind a byte order mark": ("", '\ufeff{"password": "%s"}'),
}


@pytest.mark.parametrize("place", IN_TEXTS)
def test_quoted_values_in_texts_are_looked_at(place: str) -> None:
    media_type, text = IN_TEXTS[place]
    live = text % CANARY
    stored = body(live, media_type)
    assert CANARY not in stored
    before, _, after = live.partition(CANARY)
    assert stored.startswith(before)
    assert stored.endswith(after)
    assert body(stored, media_type) == stored
    data = live.encode()
    assert streamed(media_type, data, [len(data)]) == whole(media_type, data, [len(data)])


@pytest.mark.parametrize("coded", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("indent", [None, 1])
def test_json_in_base64_is_encoded_anew(coded: Callable[[bytes], bytes], indent: int | None) -> None:
    message = {"to": "ada?>", "password": CANARY, "more": [{"link": f"https://a.test/?a=1&token={CANARY}"}]}
    live = json.dumps({"message": {"data": coded(json.dumps(message, indent=indent).encode()).decode(), "id": "1"}})
    stored = body(live)
    data = base64.b64decode(
        json.loads(stored)["message"]["data"], b"-_" if coded is base64.urlsafe_b64encode else b"+/"
    )
    assert CANARY.encode() not in data
    assert json.loads(data)["to"] == "ada?>"
    assert body(stored) == stored
    sizes = [9] * (len(live) // 9) + [len(live) % 9]
    assert streamed("application/json", live.encode(), sizes)[0] == stored.encode()


@given(st.text("a +&=%/ü", max_size=9))
@example("a b")
def test_what_a_form_encodes_is_read_as_it_was(text: str) -> None:
    for encode in (quote, quote_plus):
        assert from_query(encode(text).encode()).text == text.encode()
    assert from_json(json.dumps(text)[1:-1].encode()).text == text.encode()


@given(
    raw=st.text('a&;=%2\\u0063"+#xAmp<').map(str.encode),
    reader=st.sampled_from([from_json, from_markup, from_query]),
    ends=st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
def test_an_edit_of_a_decoded_text_is_made_where_it_came_from(
    raw: bytes, reader: object, ends: tuple[int, int]
) -> None:
    decoded = reader(raw)  # type: ignore[operator]
    start, end = sorted(min(each, len(decoded.text)) for each in ends)
    if start == end:
        return
    (edit,) = decoded.undone([Edit(start, end, b"X")])
    assert 0 <= edit.start < edit.end <= len(raw)
    after = reader(apply(raw, [edit])).text  # type: ignore[operator]
    if b"\\" not in raw and b"%" not in raw and b"&" not in raw:
        assert after == apply(decoded.text, [Edit(start, end, b"X")])


@pytest.mark.parametrize(
    "unit",
    [
        "?a=",
        "?token=",
        "&token",
        ";token=",
        "https%3A%2F%2F",
        "%3Ftoken%3D",
        "%253D",
        "://a:",
        "://a@",
        "@",
        '\\\\\\"',
        '{\\"a\\":',
        "[",
        '{"',
        "\\u0026token\\u003d",
        "&amp;token=",
        "Key-Pair-Id=a&Policy=b&",
        "a:'",
        "'a':",
        "password:'",
        "eyJ",
        "<a",
        "<input ",
        "name=a value=b ",
        ":",
        "=",
        "a",
    ],
)
@pytest.mark.parametrize("media_type", ["application/json", "text/html", "application/x-www-form-urlencoded"])
def test_hostile_texts_cost_linear_time(unit: str, media_type: str) -> None:
    def work(size: int) -> Callable[[], object]:
        text = unit * (size // len(unit))
        live = f'{{"token":1,"a":"{text}"}}' if "json" in media_type else text
        return lambda: body(live, media_type)

    assert grows_in_proportion(work, 10_000)
