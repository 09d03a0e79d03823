"""Secrets in XML, well-formed or not."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.redaction.xml_tokens import loose_tokens, xml_tokens
from tests.redaction.strategies import CANARY
from tests.redaction.test_redact import body
from tests.redaction.test_streams import streamed, whole
from tests.support.growth import grows_in_proportion

XML = "application/xml"
SECRETS = {
    "an element": "<a><password>%s</password></a>",
    "white space": "<a><password>\n  %s\n</password></a>",
    "a comment before": "<a><password><!-- c -->%s</password></a>",
    "a comment after": "<a><password>%s<!-- c --></password></a>",
    "a comment": "<a><password><!-- %s --></password></a>",
    "an instruction": "<a><password><?x y?>%s</password></a>",
    "a section": "<a><password><![CDATA[%s]]></password></a>",
    "white space and a section": "<a><password>\n<![CDATA[\n%s]]>\n</password></a>",
    "a nested element": "<a><password><S>%s</S></password></a>",
    "a deeply nested element": "<a><credentials><x/><y><z w='1'><q>%s</q></z></y></credentials></a>",
    "after a nested element": "<a><password><b/>%s</password></a>",
    "an attribute": '<a><user password="%s"/></a>',
    "an attribute in other quotes": "<a><user  b='1' password = '%s' >x</user></a>",
    "an attribute below": '<a><credentials><user login="%s"/></credentials></a>',
    "a namespace": '<a xmlns:w="urn:w"><w:Password w:Type="t">%s</w:Password></a>',
    "an attribute's namespace": '<a xmlns:w="urn:w"><b w:password="%s"/></a>',
    "a named value": '<a><add key="DB_PASSWORD" value="%s"/></a>',
    "a named text": '<resources><string name="api_key">%s</string></resources>',
    "a record": "<a><Name>client_secret</Name><Value>%s</Value></a>",
    "a dictionary": "<dict><key>password</key><string>%s</string></dict>",
    "XML that was escaped": "<a>&lt;password&gt;%s&lt;/password&gt;</a>",
    "XML in a section": "<a><![CDATA[<b><password>%s</password></b>]]></a>",
    "an element that was taken out": "<a><!-- <password>%s</password> --></a>",
    "JSON": '<a>{"password": "%s"}</a>',
    "JSON that was escaped": "<a>{&quot;password&quot;: &quot;%s&quot;}</a>",
    "a link": "<a><b>https://a.test/?x=1&amp;token=%s</b></a>",
    "a link in an attribute": '<a href="/x?x=1&#38;token=%s"/>',
    "a link in a section": "<a><![CDATA[https://a.test/?x=1&token=%s]]></a>",
    "an entity": '<!DOCTYPE a [<!ENTITY password "%s">]><a>&password;</a>',
    "behind an entity": '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;<password>&x;%s</password></a>',
    "no end": "<a><password>%s",
    "another end": "<a><password>%s</b></a>",
    "an end too many": "</a><password></c>%s</password>",
    "two roots": "<a/><password>%s</password>",
    "no quotes": "<a><user password=%s></a>",
    "an unknown entity": "<a>&nbsp;<password>a&nbsp;%s</password></a>",
    "a bare ampersand": "<a>b & c<password>%s</password></a>",
    "a comment without an end": "<a><!-- <password>%s</password>",
    "a section without an end": "<a><password><![CDATA[%s",
    "a bare angle": "<a>1 < 2 <password>%s</password></a>",
    "stray quotes": "<a b=\"x><c d='><password>%s</password>",
    "SOAP": (
        '<?xml version="1.0" encoding="utf-8"?>\n<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
        "<s:Header><w:Security xmlns:w='urn:w'><w:UsernameToken><w:Username>ada</w:Username>"
        '<w:Password Type="urn:PasswordText">%s</w:Password></w:UsernameToken></w:Security></s:Header></s:Envelope>'
    ),
}

WIDER = ("a comment before", "a comment after", "a deeply nested element", "behind an entity", "an unknown entity")
"""Documents in which more than the canary is a secret."""


@pytest.mark.parametrize("place", SECRETS)
def test_no_secret_is_left(place: str) -> None:
    live = SECRETS[place] % CANARY
    stored = body(live, XML)
    assert CANARY not in stored
    before, _, after = live.partition(CANARY)
    if place not in WIDER:
        assert stored.startswith(before)
        assert stored.endswith(after)
    assert body(stored, XML) == stored
    assert body(live, "image/svg+xml") == stored
    data = live.encode()
    assert streamed(XML, data, [len(data)]) == whole(XML, data, [len(data)])


@pytest.mark.parametrize("place", SECRETS)
def test_no_secret_is_left_of_a_text_that_is_cut(place: str) -> None:
    live = SECRETS[place] % CANARY
    for end in range(live.index(CANARY), len(live)):
        assert CANARY not in body(live[:end], XML)


@pytest.mark.parametrize(
    "text",
    [
        "<a><b>1</b><c d='2'>x &amp; y</c></a>",
        '<schema><element name="password" type="string"><doc>The password</doc></element></schema>',
        "<a><compass>north</compass><public_key>x</public_key></a>",
        '<w:Password xmlns:w="urn:w" Type="urn:PasswordText"/>',
        "<a><password/><b>x</b></a>",
        "<a><password></password>x</a>",
        "<a><!-- nothing --><![CDATA[x < y]]></a>",
        "plain",
        "<",
        "&",
        "",
    ],
)
def test_what_is_no_secret_keeps_every_byte(text: str) -> None:
    assert body(text, XML) == text


def test_text_in_another_encoding_is_edited_where_it_stands() -> None:
    live = '<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9\xe9<password>\xe9x</password>\xe9</a>'.encode("latin-1")
    stored = whole(XML, live, [len(live)])[0]
    assert stored == live.replace(b"\xe9x", b"REDACTED-password-1")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize("use", ["<a>&l11;</a>", '<a b="&l11;"/>', "<password>&l11;</password>"])
def test_entities_are_not_expanded(use: str) -> None:
    live = f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]>{use}'
    stored = body(live, XML)
    assert len(stored) < 2 * len(live)
    assert stored.startswith(live[:-60])


def test_no_file_is_read_for_an_entity() -> None:
    live = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert body(live, XML) == live


@given(text=st.text("<>ab=\"'/!-[]&;? ", max_size=40).map(str.encode))
def test_tokens_are_in_order_and_apart(text: bytes) -> None:
    for tokens in (list(xml_tokens(text)), list(loose_tokens(text)), list(loose_tokens(text, in_comment=True))):
        position = 0
        for token in tokens:
            assert position <= token.start <= token.end <= len(text)
            position = token.end


@given(
    text=st.recursive(
        st.sampled_from(["x", "&amp;", "<!-- c -->", "<![CDATA[y]]>", " ", "<e/>"]),
        lambda inner: st.lists(inner, max_size=4).map(lambda parts: "<a b='c'>" + "".join(parts) + "</a>"),
        max_leaves=10,
    )
)
def test_both_ways_of_reading_agree_on_what_is_well_formed(text: str) -> None:
    data = f"<r>{text}</r>".encode()
    expat.ParserCreate().Parse(data, True)

    def texts(tokens: object) -> tuple[bytes, list[tuple[str, bytes]]]:
        found = list(tokens)  # type: ignore[call-overload]
        said = b"".join(data[token.start : token.end] for token in found if token.kind in ("text", "cdata"))
        return said, [(token.kind, token.name) for token in found if token.kind in ("start", "end")]

    assert texts(xml_tokens(data)) == texts(loose_tokens(data))


@pytest.mark.parametrize(
    "unit",
    [
        "<!--",
        "<a><![CDATA[",
        "<a>",
        "</a>",
        "<a b='",
        '<a b="',
        "<",
        "<!ENTITY ",
        "<!ENTITY '",
        "&",
        "&#",
        "<password>",
        "<a b=c ",
        "a=",
        "<?",
        "]]>",
        "<!-- <a> -->",
        "<name>password</name>",
    ],
)
@pytest.mark.parametrize("frame", ["%s", "<a><b>%s", "<password><![CDATA[%s"])
def test_hostile_texts_cost_linear_time(unit: str, frame: str) -> None:
    def work(size: int) -> Callable[[], object]:
        live = frame % (unit * (size // len(unit)))
        return lambda: body(live, XML)

    assert grows_in_proportion(work, 10_000)
