"""What `diff` and `verify` list on request, and what makes them fail."""

from __future__ import annotations

import httpx
import pytest
from click.testing import CliRunner

import playhead
from playhead.cli.main import main
from playhead.demo.serving import serving
from playhead.store.cassettes import save
from tests.contract.recordings import answer, cassette_of
from tests.support.changing_service import ChangingService

USER = {"name": "Ada", "email": "ada@example.org"}
LEAN = {"name": "Ada"}
PAGE = answer("/page", raw=b"<p>hello</p>", media="text/html")


def run(*arguments):
    return CliRunner().invoke(main, [str(each) for each in arguments])


def of_users(count, body):
    """Return answers about so many users, who are told apart by their ids."""
    return [answer(f"/users/{number}", {"id": number, **body}) for number in range(1, count + 1)]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty project as current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("playhead.services.comparing.judging.root", lambda: tmp_path)
    return tmp_path


def suites(old, new):
    save(cassette_of(*old), "old/a.json")
    save(cassette_of(*new), "new/a.json")


# --show


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_diff_shows_other_data_on_request(form):
    suites(of_users(30, USER), [answer("/users/99", {"id": 99, **USER, "email": None}), *of_users(29, USER)])
    plain, full = (run("diff", "old", "new", "--format", form, *more) for more in ((), ("--show", "data")))
    assert (plain.exit_code, full.exit_code) == (0, 0)
    assert "other data: 1 difference" in plain.output
    assert "became-nullable" not in plain.output
    assert "became-nullable" in full.output
    assert run("diff", "old", "new", "--show", "everything").exit_code == 2


class Forgetful(ChangingService):
    """Knows no address of the third user any more, once it `forgets`."""

    forgets = False

    def _users(self, method, rest, query, body):
        email = None if rest == "3" and self.forgets else "ada@example.org"
        return 200, [], {"id": int(rest), "email": email}


def test_verify_shows_other_data_on_request(here):
    service = Forgetful()
    with serving(service) as url:
        with playhead.use_cassette(here / "a.json", record="all"), httpx.Client(base_url=url) as client:
            for number in range(1, 9):
                client.get(f"/users/{number}")
        service.forgets = True
        asked = "verify", "a.json", "--to", url, "--rate", "1000"
        plain, full = run(*asked), run(*asked, "--show", "data")
    assert "other data: 1 difference" in plain.stdout
    assert "became-nullable" not in plain.stdout
    assert "Other data: 1\n  became-nullable GET" in full.stdout
