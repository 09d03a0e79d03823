"""Secrets in bodies of all kinds: recorded from a real service, none is in a file, and others find them again."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx
import pytest

import playhead
from tests.support.wire import Wire

CANARY = "Zq7xW9bK2pL4tR8vM3nC"
TODAY = "hT5sY1dG6fJ0aE4uB8iN"
JSON, XML, FORM = "application/json", "application/soap+xml", "application/x-www-form-urlencoded"
SIGNED = "https://d1.cloudfront.net/a?Policy=%s&Signature=%s-~&Key-Pair-Id=KA%s"
PART = '--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'


def bodies(secret: str) -> list[tuple[str, str]]:
    """One body for each kind of place."""
    inner = json.dumps({"password": secret})
    coded = b64encode(inner.encode()).decode()
    link = f"https://a.test/reset?user=1&token={secret}"
    early = [{"value": "blue", "name": "color"}, {"value": secret, "type": {"id": 1}, "name": "DB_PASSWORD"}]
    return [
        (JSON, json.dumps({"env": early, "log": json.dumps(early)})),
        ("application/x-ndjson", f"{json.dumps(early)}\n"),
        (XML, f"<a><p><Value>{secret}</Value><Name>db_password</Name></p><p><Value>1</Value><Name>x</Name></p></a>"),
        ("text/plain", f'<?xml version="1.0"?><a><value><![CDATA[{secret}]]></value><name>password</name></a>'),
        (JSON, json.dumps({"xml": f"<a><name>password</name><value>{secret}</value></a>"})),
        ("text/html", f"<script>x = [{{value: '{secret}', name: 'password'}}, {{value: 1, name: 'x'}}]</script>"),
        ("text/html", f'<i data-x="{coded}"></i><script>x = "{coded}"</script><script type="x">{coded}</script>'),
        (JSON, json.dumps({"a": json.dumps({"b": json.dumps({"c": coded})}), "html": f"<i x='{coded}'>"})),
        (JSON, json.dumps({"password": {"S": secret}, "deep": [{"clientSecret": [secret]}]})),
        (JSON, json.dumps({"tool_calls": [{"function": {"arguments": inner}}]})),
        (JSON, json.dumps({"Records": [{"body": json.dumps({"Message": inner})}]})),
        (JSON, json.dumps({"message": {"data": b64encode(inner.encode()).decode()}})),
        (JSON, json.dumps({"links": [link, SIGNED % (secret, secret, secret)]}).replace("&", "\\u0026")),
        (JSON, json.dumps({"next": "https://b.test/?back=" + quote(link, safe="")})),
        ("text/event-stream", f"event: x\ndata: {inner}\n\ndata: {link}\n\n"),
        ("application/x-ndjson", f'{{"a": 1}}\n{inner}\n'),
        ("text/html", f'<a href="{link.replace("&", "&amp;")}">x</a><script>x = {inner}</script>'),
        ("text/plain", f"Follow {link}, please."),
        (FORM, f"grant=x&password={quote_plus(secret)}&back={quote_plus(link)}&payload={quote_plus(inner)}"),
        (XML, f'<e:E xmlns:e="u"><e:Password><!-- c -->\n<![CDATA[{secret}]]></e:Password><a token="{secret}"/></e:E>'),
        (XML, f"<a><credentials><user>{secret}</user></credentials><b>{link.replace('&', '&amp;')}</b>"),
        ("multipart/form-data; boundary=b", PART % ("password", secret) + PART % ("x", link) + "--b--\r\n"),
    ]


def send(url: str, secret: str, *, coded: bool) -> list[str]:
    answers = []
    for media_type, text in bodies(secret):
        headers = {"content-type": media_type, **({"content-encoding": "gzip"} if coded else {})}
        content = gzip.compress(text.encode()) if coded else text.encode()
        # What was sent encoded is echoed encoded, and without a word on that.
        answers.append(httpx.post(f"{url}/echo" if not coded else f"{url}/json", headers=headers, content=content).text)
    return answers


@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize("name", ["cassette.json", "cassette.msgpack"])
def test_no_secret_of_a_body_is_in_any_file(tmp_path: Path, server: Wire, name: str, coded: bool) -> None:
    with playhead.use_cassette(tmp_path / name, record="all"):
        live = send(server.url, CANARY, coded=coded)
    assert coded or any(CANARY in each for each in live)
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    for data in written:
        assert CANARY.encode() not in data
        assert b64encode(json.dumps({"password": CANARY}).encode()) not in data
    with playhead.use_cassette(tmp_path / name) as deck:
        replayed = send("http://127.0.0.1:1", TODAY, coded=coded)
    assert deck.unplayed == ()
    assert not any(CANARY in each for each in replayed)
