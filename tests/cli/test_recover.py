"""`playhead recover` redacts the journal of a killed recording once more, and never writes a secret."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from playhead.cli.main import main
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.store.cassettes import load
from playhead.store.journals import Journal

SECRET = "kjh234-KJH5g2k3j-4h5"


def recovered(folder: Path, body: bytes) -> Result:
    journal = Journal(folder / "a.json")
    journal.append(Exchange(1, Request("GET", f"http://api.test/{SECRET}/send"), Response(200, body=body)))
    journal.close()
    return CliRunner().invoke(main, ["recover", str(journal.path)])


def test_what_the_environment_tells_by_now_is_redacted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFIER_SECRET", SECRET)
    result = recovered(tmp_path, b"sent by " + SECRET.encode())
    assert result.exit_code == 0
    text = (tmp_path / "a.recovered.json").read_text()
    assert SECRET not in text
    (exchange,) = load(tmp_path / "a.recovered.json").interactions
    assert isinstance(exchange, Exchange)
    assert exchange.request.url == "http://api.test/REDACTED-notifier-secret-1/send"


def test_a_secret_that_cannot_be_taken_out_stops_it(tmp_path: Path) -> None:
    binary = bytes(40)  # of which base64 is kept as it is
    hidden = b"data " + b64encode(binary + b"ghp_" + b"a1B2c3D4e5F6" * 3 + binary)
    result = recovered(tmp_path, hidden)
    assert result.exit_code != 0
    assert "github-token" in result.output
    assert list(tmp_path.glob("*.recovered*")) == []
