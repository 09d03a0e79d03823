"""`playhead verify --confirm` asks a running service again: for the same, and for others that the recordings know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

import playhead
from playhead.cli.main import main
from playhead.demo.serving import serving

USER = {"name": "Ada", "email": "ada@example.org", "plan": "free"}


class Directory:
    """An ASGI application with users by number, of whom `of` says what each is like; `seen` has all requests."""

    def __init__(self) -> None:
        self.of: Callable[[int, int], dict[str, Any] | None] = lambda number, turn: USER if number < 10 else None
        self.listed: list[int] = [1, 2, 3, 4, 5]
        self.seen: list[str] = []
        self.token = ""
        self.refused = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.seen.append(f"{scope['method']} {scope['path']}")
        turn = self.seen.count(self.seen[-1])
        status, value = self._answer(scope["method"], scope["path"], turn)
        if self.token and dict(scope["headers"]).get(b"authorization") != self.token.encode():
            status, value = 401, {}
            self.refused += 1
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(value).encode()})

    def _answer(self, method: str, path: str, turn: int) -> tuple[int, Any]:
        number = path.removeprefix("/users").strip("/")
        if method == "POST":
            return 201, {"id": 4, **(self.of(4, turn) or {})}
        if not number:
            return 200, [{"id": each} for each in self.listed]
        user = self.of(int(number), turn) if number.isdigit() else None
        return (404, {"detail": "nobody"}) if user is None else (200, {"id": int(number), **user})

    def asked_for(self, *paths: str) -> list[int]:
        return [self.seen.count(f"GET {path}") for path in paths]


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Directory, str]]:
    application = Directory()
    with serving(application) as url:
        yield application, url


@pytest.fixture
def service(running: tuple[Directory, str]) -> tuple[Directory, str]:
    application, url = running
    vars(application).update(vars(Directory()))
    return application, url


def recorded(path: Path, url: str, *requests: str) -> Path:
    with playhead.use_cassette(path, record="all"), httpx.Client(base_url=url) as client:
        for request in requests:
            client.request(*request.split())
    return path


def lean(number: int, turn: int) -> dict[str, Any] | None:
    return {"name": "Ada", "plan": "free"} if number < 10 else None


def verify(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["verify", *map(str, arguments), "--rate", "1000"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def findings(*arguments: object) -> list[tuple[str, str, str, str]]:
    document = json.loads(verify(*arguments, "--format", "json").stdout)
    return [(each["severity"], each["grade"], each["place"], each["confirmed"]) for each in document["findings"]]


def test_other_entities_that_show_it_too_make_it_breaking(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    assert verify(path, "--to", url).exit_code == 0
    application.seen.clear()
    result = verify(path, "--to", url, "--confirm")
    assert result.exit_code == 1
    assert "BREAKING    field-removed  (E4)" in result.stdout
    assert "in 1 of 1, now in 0 of 4" in result.stdout
    assert "8 requests sent, 1 of them for the second time, 5 to confirm findings." in result.stderr
    assert application.asked_for("/users/1", "/users/2", "/users/3", "/users/4", "/users/5") == [4, 1, 1, 1, 0]
    assert findings(path, "--to", url, "--confirm") == [("breaking", "E4", "/email", "confirmed on 4 entities")]


def test_with_one_entity_it_is_confirmed_on_one(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1")
    application.of = lean
    assert findings(path, "--to", url, "--confirm") == [("risky", "E0", "/email", "confirmed on one entity")]
    assert findings(path, "--to", url) == [("risky", "E0", "/email", "")]
    assert "would be breaking if confirmed" in verify(path, "--to", url).stdout
    result = verify(path, "--to", url, "--confirm")
    assert (result.exit_code, "if confirmed" in result.stdout) == (0, False)


@pytest.mark.parametrize(("arguments", "code"), [(("--confirm",), 1), ((), 0)])
def test_what_is_confirmed_fails_if_that_is_asked_for(service, tmp_path, arguments, code):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1")
    application.of = lean
    assert verify(path, "--to", url, "--fail-on", "confirmed", *arguments).exit_code == code


def test_two_entities_are_not_enough(service, tmp_path):
    application, url = service
    application.listed = [1, 2]
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    assert findings(path, "--to", url, "--confirm") == [("risky", "E0", "/email", "confirmed on 2 entities")]


@pytest.mark.parametrize("every", [2, 3])
def test_what_does_not_repeat_is_no_finding(service, tmp_path, every):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lambda number, turn: lean(number, turn) if turn % every else USER
    application.seen.clear()
    document = json.loads(verify(path, "--to", url, "--confirm", "--format", "json").stdout)
    assert document["findings"] == []
    (apart,) = document["unsure"]
    assert apart["place"] == "/email"
    assert "differs from one live answer to the next" in apart["evidence"]
    assert application.asked_for("/users/2") == [0]


def test_what_others_do_not_show_is_no_finding(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lambda number, turn: lean(number, turn) if number == 1 else USER
    document = json.loads(verify(path, "--to", url, "--confirm", "--format", "json").stdout)
    assert document["findings"] == []
    assert ["other entities do not show it" in each["evidence"] for each in document["unsure"]] == [True]


def test_a_deleted_entity_is_no_drift_of_the_endpoint(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lambda number, turn: None if number == 1 else USER
    assert [severity for severity, *_ in findings(path, "--to", url)] == ["risky"]
    assert findings(path, "--to", url, "--confirm") == []


def test_what_is_not_there_says_nothing(service, tmp_path):
    application, url = service
    application.listed = [1, 71, 72, 2, 73, 3]
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    assert findings(path, "--to", url, "--confirm", "5") == [("breaking", "E4", "/email", "confirmed on 3 entities")]
    assert findings(path, "--to", url, "--confirm", "2") == [("risky", "E0", "/email", "confirmed on one entity")]


def test_what_is_of_another_kind_says_nothing(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lambda number, turn: lean(number, turn) if number == 1 else {"total": 3, "sum": 4, "items": []}
    assert findings(path, "--to", url, "--confirm") == [("risky", "E0", "/email", "confirmed on one entity")]


def test_credentials_are_sent_as_with_recorded_requests(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of, application.token = lean, "Bearer hunter2-hunter2"
    arguments = path, "--to", url, "--confirm", "--header", "authorization=Bearer hunter2-hunter2"
    assert findings(*arguments) == [("breaking", "E4", "/email", "confirmed on 4 entities")]
    assert application.refused == 0


def test_values_of_other_entities_are_redacted(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    secret = "ghp_" + "a1B2" * 9
    application.of = lambda number, turn: {"name": "Ada", "plan": secret if number > 1 else "free"}
    result = verify(path, "--to", url, "--confirm", "--format", "html")
    assert result.exit_code == 1
    assert secret not in result.output


@pytest.mark.parametrize(("times", "same", "others"), [(1, 1, 1), (2, 2, 2), (4, 4, 4)])
def test_no_more_is_asked_than_was_said(service, tmp_path, times, same, others):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    application.seen.clear()
    verify(path, "--to", url, "--confirm", times)
    assert application.asked_for("/users/1") == [1 + same]
    assert sum(application.asked_for(*(f"/users/{number}" for number in range(2, 9)))) == others


@pytest.mark.parametrize("arguments", [(), ("--confirm", "0")])
def test_nothing_more_is_asked_without_it(service, tmp_path, arguments):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    application.seen.clear()
    verify(path, "--to", url, *arguments)
    assert application.seen == ["GET /users/1", "GET /users/1", "GET /users"]


def test_nothing_more_is_asked_where_nothing_is_to_be_confirmed(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lambda number, turn: {**USER, "age": 30}
    application.seen.clear()
    verify(path, "--to", url, "--confirm")
    assert application.seen == ["GET /users/1", "GET /users/1", "GET /users"]


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS"])
def test_other_methods_are_never_sent_again(service, tmp_path, method):
    application, url = service
    path = recorded(tmp_path / "a.json", url, f"{method} /users/4", "GET /users")
    application.of = lean
    application.seen.clear()
    found = findings(path, "--to", url, "--method", method, "--confirm")
    assert [confirmed for *_, place, confirmed in found if place == "/email"] == [""]
    sent = [each for each in application.seen if not each.startswith("GET")]
    assert sent == [f"{method} /users/4"] * (2 if method == "OPTIONS" else 1)
    assert application.asked_for("/users/4", "/users/1") == [0, 0]


def test_the_routes_that_were_chosen_hold_for_other_entities(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    application.seen.clear()
    verify(path, "--to", url, "--confirm", "--only", "/users/1")
    assert set(application.seen) == {"GET /users/1"}


def test_recorded_requests_come_first_in_the_budget(service, tmp_path):
    application, url = service
    recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    recorded(tmp_path / "b.json", url, "GET /users/2")
    application.of = lean
    application.seen.clear()
    verify(tmp_path, "--to", url, "--confirm", "--budget", "5")
    assert len(application.seen) == 5
    assert application.asked_for("/users/2") == [1]


def test_one_entity_each_on_several_cassettes_is_asked_about_once(service, tmp_path):
    application, url = service
    recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    recorded(tmp_path / "b.json", url, "GET /users/2")
    application.of = lean
    application.seen.clear()
    assert findings(tmp_path, "--to", url, "--confirm") == [("breaking", "E4", "/email", "confirmed on 5 entities")]
    assert application.asked_for("/users/1", "/users/2", "/users/3", "/users/4", "/users/5") == [4, 2, 1, 1, 1]


HOOKS = """
def before(request, live):
    live.state.setdefault("urls", []).append(request.url)
    return not request.url.endswith("/users/3")

def after(request, response, live):
    live.state.setdefault("answers", []).append(response.json())

def finish(live):
    print(len(live.state["urls"]), len(live.state["answers"]))
"""


def test_the_hook_before_sees_requests_for_other_entities(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    application.seen.clear()
    hooks = tmp_path / "hooks.py"
    hooks.write_text(HOOKS)
    result = verify(path, "--to", url, "--confirm", "--hooks", hooks)
    assert "5 2" in result.stdout
    assert application.asked_for("/users/2", "/users/3", "/users/4") == [1, 0, 1]
    assert result.exit_code == 1


def test_a_hook_that_makes_it_another_method_ends_the_asking(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    application.seen.clear()
    hooks = tmp_path / "hooks.py"
    hooks.write_text("def before(request, live):\n    request.method = 'PUT'\n")
    verify(path, "--to", url, "--confirm", "--hooks", hooks)
    assert application.seen == ["PUT /users/1", "PUT /users"]


def test_heads_are_asked_for_again(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "HEAD /users/1", "GET /users")
    application.of = lambda number, turn: None
    application.seen.clear()
    assert findings(path, "--to", url, "--confirm") == [("risky", "E0", "status", "confirmed on one entity")]
    assert [application.seen.count(f"HEAD /users/{number}") for number in range(1, 6)] == [4, 1, 1, 1, 0]
    assert application.asked_for("/users/1", "/users/2") == [0, 0]


def test_a_dry_run_says_what_may_be_asked(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.seen.clear()
    result = verify(path, "--to", url, "--confirm", "2", "--dry-run")
    assert "may be sent 2 times more" in result.stdout
    assert f"  GET     {url}/users/2" in result.stdout
    assert f"  GET     {url}/users/3" in result.stdout
    assert "/users/4" not in result.stdout
    assert "may be sent" not in verify(path, "--to", url, "--dry-run").stdout
    assert application.seen == []


def test_an_accepted_finding_is_not_asked_about(service, tmp_path, monkeypatch):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users")
    application.of = lean
    monkeypatch.setattr("playhead.services.comparing.judging.root", lambda: tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.playhead]\n")
    (found,) = json.loads(verify(path, "--to", url, "--format", "json").stdout)["findings"]
    assert CliRunner().invoke(main, ["accept", found["fingerprint"], "--reason", "known"]).exit_code == 0
    application.seen.clear()
    assert verify(path, "--to", url, "--confirm").exit_code == 0
    assert application.asked_for("/users/1", "/users/2") == [2, 0]


def test_a_document_is_not_asked(service, tmp_path):
    _, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1")
    result = verify(path, "--openapi", tmp_path / "openapi.json", "--confirm")
    assert result.exit_code == 2
    assert "--confirm" in result.stderr
