"""`playhead verify` against running services: unchanged, changed, busy, refusing, dead."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

import playhead
from playhead.cli.main import main
from playhead.codecs.json import encode
from playhead.demo.service import create_app
from playhead.demo.serving import serving
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import BodyFile, Request, Response
from tests.support.changing_service import TOKEN, ChangingService, changing
from tests.support.wire import closed_port


@pytest.fixture(scope="module")
def shops() -> Iterator[tuple[str, str]]:
    """Both versions of the demo's shop, without its delays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("playhead.demo.service.DELAYS_MS", (0,) * 8)
        patch.setattr("playhead.demo.service.STEP_S", 0.0)
        with serving(create_app(1)) as one, serving(create_app(2)) as two:
            yield one, two


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[ChangingService, str]]:
    with changing() as (service, url):
        yield service, url


@pytest.fixture
def service(running: tuple[ChangingService, str]) -> tuple[ChangingService, str]:
    """The service, reset; all tests share its server."""
    application, url = running
    vars(application).update(vars(ChangingService()))
    return application, url


@pytest.fixture
def shop(shops: tuple[str, str], tmp_path: Path) -> Path:
    """A cassette of the first version: products, one that is missing, a stream, and an order."""
    path = tmp_path / "cassettes" / "shop.json"
    with playhead.use_cassette(path, record="all"), httpx.Client(base_url=shops[0]) as client:
        for number in (1, 2, 3, 4, 5, 99):
            client.get(f"/products/{number}")
        client.get("/orders/7/events")
        client.post("/orders", json={"product": 1, "quantity": 2})
    return path


def recorded(path: Path, url: str, *requests: str, **options: object) -> Path:
    """Record some `METHOD target` requests."""
    with playhead.use_cassette(path, record="all"), httpx.Client(base_url=url, **options) as client:  # type: ignore[arg-type]
        for request in requests:
            method, _, target = request.partition(" ")
            client.request(method, target, json={"item": "lamp"} if method == "POST" else None)
    return path


def verify(*arguments: object, **environment: str) -> Result:
    result = CliRunner(env=environment).invoke(main, ["verify", *map(str, arguments), "--rate", "1000"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert all(
        len(line) <= 80 for line in result.stderr.splitlines() if not line.startswith("Error:") and "/tmp" not in line
    )
    return result


def findings_of(*arguments: object) -> list[tuple[str, str]]:
    document = json.loads(verify(*arguments, "--format", "json").stdout)
    return [(each["rule"], each["place"]) for each in document["findings"]]


def test_the_unchanged_service_shows_no_drift(shops, shop):
    result = verify(shop.parent, "--to", shops[0])
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "No drift was found.")
    assert "7 requests sent, 0 of them for the second time." in result.stderr
    assert "POST may change something" in result.stderr


def test_the_next_version_shows_what_broke(shops, shop):
    result = verify(shop, "--to", shops[1])
    assert result.exit_code == 1
    assert findings_of(shop, "--to", shops[1]) == [
        ("type-changed", "/price"),
        ("field-removed", "/stock"),
        ("field-added", "/currency"),
    ]
    assert verify(shop, "--to", shops[1], "--fail-on", "never").exit_code == 0


def test_update_replaces_what_drifted_and_nothing_else(shops, shop):
    before = json.loads(shop.read_text())
    result = verify(shop, "--to", shops[1], "--update")
    assert result.exit_code == 1
    assert f"{shop}: 5 interactions updated" in result.stderr
    after = json.loads(shop.read_text())
    assert after["interactions"][5:] == before["interactions"][5:]
    assert [each["request"] for each in after["interactions"]] == [each["request"] for each in before["interactions"]]
    assert after["interactions"][0]["response"]["body"]["json"]["currency"] == "EUR"
    assert after["recorded"] == before["recorded"]
    assert verify(shop, "--to", shops[1]).exit_code == 0
    with playhead.use_cassette(shop, record="none"), httpx.Client(base_url=shops[0]) as client:
        assert client.get("/products/3").json()["price"] == "39.00"


def test_update_leaves_the_bytes_of_all_other_interactions(shops, shop):
    before = shop.read_text().splitlines()
    verify(shop, "--to", shops[1], "--only", "/products/3", "--update")
    after = shop.read_text().splitlines()
    changed = [number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    third = next(number for number, line in enumerate(before) if "/products/3" in line)
    fourth = next(number for number, line in enumerate(before) if "/products/4" in line)
    rows = [number for number, line in enumerate(before) if '{"id": 3, "start_us"' in line]
    assert changed
    assert all(third < number < fourth or number in rows for number in changed)


def test_a_dry_run_sends_nothing_and_says_what_would_be_sent(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "POST /orders")
    application.seen.clear()
    result = verify(path, "--to", "http://127.0.0.1:1", "--dry-run", "--header", "x-a=$TOKEN", TOKEN=TOKEN)
    assert result.exit_code == 0
    assert "GET     http://127.0.0.1:1/users/1" in result.stdout
    assert "--method POST sends it" in result.stdout
    assert "x-a" in result.stdout
    assert TOKEN not in result.output
    assert application.seen == []


def test_a_dead_server_is_could_not_check(shop):
    result = verify(shop, "--to", f"http://127.0.0.1:{closed_port()}")
    assert result.exit_code == 3
    assert "ConnectError x3" in result.stdout
    assert result.stdout.startswith("Nothing was compared: nothing could be checked.")
    assert "3 requests sent" in result.stderr
    document = json.loads(verify(shop, "--to", f"http://127.0.0.1:{closed_port()}", "--format", "json").stdout)
    assert document["findings"] == []


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_what_says_nothing_is_could_not_check_and_never_drift(service, tmp_path, status):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users/2")
    application.refuses = status
    result = verify(path, "--to", url, "--format", "json")
    document = json.loads(result.stdout)
    assert result.exit_code == 3
    assert document["findings"] == []
    assert document["could_not_check"][0]["reasons"] == {str(status): 2}


def test_one_refused_among_answered_is_still_could_not_check(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users/2")
    application.busy, application.retry_after = 1, ""
    result = verify(path, "--to", url)
    assert result.exit_code == 3
    assert "503 x1" in result.stdout
    assert "No drift was found, as far as it could be checked." in result.stdout


def test_retry_after_is_honoured(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1")
    application.busy, application.retry_after = 2, "0"
    assert verify(path, "--to", url).exit_code == 0
    assert application.seen.count("GET /users/1") == 4


def test_a_service_that_wants_to_be_left_alone_is(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users/2", "GET /users/3")
    application.seen.clear()
    application.busy, application.retry_after = 9, "3600"
    result = verify(path, "--to", url)
    assert result.exit_code == 3
    assert "--max-wait" in result.stdout
    assert application.seen == ["GET /users/1"]


def test_the_budget_counts_every_request(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1", "GET /users/2", "GET /users/3")
    application.seen.clear()
    application.user = {"name": "Ada"}
    result = verify(path, "--to", url, "--budget", "3")
    assert len(application.seen) == 3
    assert result.exit_code == 3
    assert "over the budget of 3" in result.stdout


def test_unsafe_methods_are_sent_only_when_named_and_never_twice(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "POST /orders")
    assert verify(path, "--to", url).exit_code == 2
    assert application.orders == 1
    assert verify(path, "--to", url, "--method", "post").exit_code == 0
    assert application.orders == 2


def test_what_differs_between_two_live_answers_is_no_drift(service, tmp_path):
    application, url = service
    application.moods = {"1": [{"id": 1, "hint": "a"}], "1/names": [{"id": 2, "name": "b"}]}
    path = recorded(tmp_path / "a.json", url, *["GET /moody/1"] * 3, *["GET /moody/1/names"] * 3)
    application.moods["1"] = [{"id": 1}, {"id": 1, "hint": "a"}]
    application.moods["1/names"] = [{"id": 2}]
    application.turns.clear()
    result = verify(path, "--to", url)
    assert "/hint" in result.stderr
    assert "/hint" not in result.stdout
    assert "/name" in result.stdout


def test_credentials_come_from_the_environment_and_are_never_printed(service, tmp_path):
    _, url = service
    path = recorded(tmp_path / "a.json", url, "GET /guarded/1", headers={"authorization": f"Bearer {TOKEN}"})
    assert TOKEN not in path.read_text()
    assert verify(path, "--to", url).exit_code == 3
    result = verify(path, "--to", url, "--header", "authorization=Bearer $SHOP_TOKEN", SHOP_TOKEN=TOKEN)
    assert result.exit_code == 0
    assert TOKEN not in result.output
    unset = verify(path, "--to", url, "--header", "authorization=Bearer $SHOP_TOKEN")
    assert unset.exit_code == 2
    assert "SHOP_TOKEN" in unset.stderr


def test_placeholders_are_filled_from_named_variables(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, f"GET /keyed/1?api_key={TOKEN}")
    result = verify(path, "--to", url)
    assert result.exit_code == 3
    assert "--secret api-key=VARIABLE" in result.stdout.replace("\n  ", " ")
    result = verify(path, "--to", url, "--secret", "api-key=SHOP_KEY", SHOP_KEY=TOKEN)
    assert result.exit_code == 0
    assert application.seen[-1] == f"GET /keyed/1?api_key={TOKEN}"
    assert TOKEN not in result.output


def test_updated_answers_are_redacted_and_keep_their_placeholders(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /tokens")
    application.user = {"name": "Ada"}
    assert verify(path, "--to", url, "--update", "--fail-on", "never").exit_code == 0
    (exchange,) = playhead.load(path).interactions
    assert json.loads(exchange.response.body) == {"access_token": "REDACTED-access-token-1", "name": "Ada"}
    assert sum(chunk.size_bytes for chunk in exchange.timing.chunks) == len(exchange.response.body)


def test_update_refuses_the_cassette_of_another_tool_before_anything_is_sent(service, tmp_path):
    _, url = service
    yaml = tmp_path / "x.yaml"
    yaml.write_text(
        "interactions:\n"
        f"- request: {{method: GET, uri: '{url}/users/1?api_key=Ak3y-9f8e7d6c5b4a', headers: {{}}, body: ''}}\n"
        "  response: {status: {code: 200, message: OK}, headers: {}, body: {string: '{}'}}\n"
        "version: 1\n"
    )
    before = yaml.read_bytes()
    result = verify(yaml, "--to", url, "--update")
    assert result.exit_code == 2
    assert "playhead convert" in result.stderr
    assert "sent" not in result.stderr
    assert yaml.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["x.yaml"]


def test_update_is_forbidden_where_recording_is(service, tmp_path):
    _, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1")
    result = verify(path, "--to", url, "--update", PLAYHEAD_RECORD="none")
    assert result.exit_code == 2
    assert "PLAYHEAD_RECORD" in result.stderr


HOOKS = """
events = []

async def start(live):
    events.append(f"start {live.cassette.name}")

async def before(request, live):
    if "order" in live.state:
        request.replace("/orders/1", f"/orders/{live.state['order']}")

def after(request, response, live):
    if request.method == "POST":
        live.state["order"] = response.json()["id"]

async def finish(live):
    print(" ".join([*events, f"order {live.state['order']}"]))
"""


def test_hooks_carry_ids_from_one_answer_to_the_next_request(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "POST /orders", "GET /orders/1")
    hooks = tmp_path / "hooks.py"
    hooks.write_text(HOOKS)
    assert verify(path, "--to", url, "--method", "POST", "--fail-on", "risky").exit_code == 1
    result = verify(path, "--to", url, "--method", "POST", "--hooks", hooks)
    assert "No drift was found." in result.stdout
    assert "start a.json order 3" in result.stdout
    assert application.seen[-1] == "GET /orders/3"


def test_a_hook_cannot_send_requests_to_other_hosts(service, tmp_path):
    application, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1")
    hooks = tmp_path / "elsewhere.py"
    hooks.write_text(
        f"def before(request, live):\n    request.url = '{url.replace('127.0.0.1', 'localhost')}/users/1'\n"
    )
    application.seen.clear()
    result = verify(path, "--to", url, "--hooks", hooks)
    assert (result.exit_code, application.seen) == (3, [])
    assert "--allow-host" in result.stdout
    assert verify(path, "--to", url, "--hooks", hooks, "--allow-host", "localhost").exit_code == 0


def test_a_hook_that_fails_says_where(service, tmp_path):
    _, url = service
    path = recorded(tmp_path / "a.json", url, "GET /users/1")
    hooks = tmp_path / "broken.py"
    hooks.write_text("async def before(request, live):\n    raise KeyError('order')\n")
    result = verify(path, "--to", url, "--hooks", hooks)
    assert result.exit_code == 2
    assert "broken.py:2 with KeyError" in result.stderr.replace("\n", " ")


def test_a_broken_cassette_is_named_and_the_others_are_judged(shops, shop):
    (shop.parent / "broken.json").write_text('{"playhead": 1, "interactions": [')
    (shop.parent / "other.json").write_text('{"name": "no cassette"}')
    result = verify(shop.parent, "--to", shops[1])
    assert result.exit_code == 3
    assert "broken.json" in result.stdout
    assert "other.json" not in result.stdout
    assert "type-changed" in result.stdout


def test_a_cassette_whose_large_body_is_gone_is_named_and_the_others_are_judged(shops, shop):
    broken = BodyFile("bodies/" + "0" * 64 + ".bin", "0" * 64, 9_000_000)
    exchange = Exchange(1, Request("GET", "http://127.0.0.1:8000/products/1"), Response(200, body=broken))
    (shop.parent / "large.json").write_bytes(encode(Cassette((exchange,))))
    result = verify(shop.parent, "--to", shops[0])
    assert result.exit_code == 3
    assert "it is missing" in " ".join(result.stdout.split())
    assert "No drift was found, as far as it could be checked." in result.stdout


def test_calls_of_doubles_on_the_tape_stay_as_they_are(shops, tmp_path):
    path = tmp_path / "a.json"
    with playhead.use_cassette(path, record="all") as deck, httpx.Client(base_url=shops[0]) as client:
        client.get("/products/1")
        deck.double("store", real=lambda: {"lamp": 3}).get("lamp")
    (call,) = [each for each in playhead.load(path).interactions if not hasattr(each, "request")]
    result = verify(path, "--to", shops[1], "--update")
    assert "1 interaction updated" in result.stderr
    assert call in playhead.load(path).interactions


@pytest.mark.parametrize(
    "arguments", [(), ("--to", "ftp://x"), ("--to", "http://user:hunter2@x"), ("--to", "nonsense")]
)
def test_wrong_usage_is_two(shop, arguments):
    result = verify(shop, *arguments)
    assert result.exit_code == 2
    assert "hunter2" not in result.output


def test_a_path_that_does_not_exist_is_wrong_usage(tmp_path):
    assert verify(tmp_path / "nowhere", "--to", "http://127.0.0.1:1").exit_code == 2


@pytest.fixture
def described(shops: tuple[str, str], shop: Path) -> Path:
    """The OpenAPI document of the shop, written by FastAPI."""
    path = shop.parent.parent / "openapi.json"
    path.write_text(httpx.get(f"{shops[0]}/openapi.json").text)
    return path


def test_recordings_are_held_against_the_services_own_document(shop, described):
    pytest.importorskip("jsonschema_rs")
    assert findings_of(shop, "--openapi", described) == [
        ("openapi-response-media", "header.content-type"),
        ("openapi-status-unknown", "status"),
    ]
    result = verify(shop, "--openapi", described)
    assert result.exit_code == 1
    assert "GET /orders/{order_id}/events" in result.stdout
    assert result.stdout.startswith("The answers break ")
    assert "8 recorded exchanges checked against" in result.stderr


def test_a_stricter_document_names_operation_place_and_rule(shop, described):
    pytest.importorskip("jsonschema_rs")
    document = json.loads(described.read_text())
    product = {"type": "object", "required": ["id", "colour"], "properties": {"price": {"type": "string"}}}
    operation = document["paths"]["/products/{product_id}"]["get"]
    operation["responses"]["200"]["content"]["application/json"]["schema"] = product
    described.write_text(json.dumps(document))
    findings = json.loads(verify(shop, "--openapi", described, "--format", "json").stdout)["findings"]
    assert [(each["endpoint"], each["place"]) for each in findings if each["rule"] == "openapi-response-invalid"] == [
        ("GET /products/{product_id}", "/colour"),
        ("GET /products/{product_id}", "/price"),
    ]
    assert findings[2]["old"].startswith('type: "string" (#/paths/~1products')


def test_a_document_of_another_service_is_wrong_usage(shop, described, tmp_path):
    pytest.importorskip("jsonschema_rs")
    document = json.loads(described.read_text())
    described.write_text(json.dumps({**document, "paths": {"/elsewhere": {}}}))
    result = verify(shop, "--openapi", described)
    assert result.exit_code == 2
    assert "describes none of the recorded requests" in result.stderr


def test_a_document_with_a_dangling_reference_could_not_be_read(shop, described):
    pytest.importorskip("jsonschema_rs")
    described.write_text(described.read_text().replace("#/components/schemas/HTTP", "#/components/schemas/Gone"))
    result = verify(shop, "--openapi", described)
    assert result.exit_code == 3
    assert "which does not exist" in result.stderr


def test_one_thing_at_a_time(shop, described):
    assert verify(shop, "--openapi", described, "--to", "http://127.0.0.1:1").exit_code == 2


def test_the_inferred_document_is_one_that_the_recordings_satisfy(shop, tmp_path):
    pytest.importorskip("jsonschema_rs")
    path = tmp_path / "inferred.json"
    written = CliRunner().invoke(main, ["contract", str(shop), "--openapi", str(path)])
    assert (written.exit_code, written.stdout) == (0, "")
    pytest.importorskip("openapi_spec_validator").validate(json.loads(path.read_text()))
    assert findings_of(shop, "--openapi", path) == []
    assert CliRunner().invoke(main, ["contract", str(shop), "--openapi", str(tmp_path / "x.yaml")]).exit_code == 2


@pytest.fixture
def project(shop, monkeypatch) -> Path:
    """The folder of a project with settings of its own."""
    folder = shop.parent.parent
    monkeypatch.setattr("playhead.services.comparing.judging.root", lambda: folder)
    (folder / "pyproject.toml").write_text("[tool.playhead]\n")
    return folder


def test_accepted_findings_do_not_count(shops, shop, project):
    found = json.loads(verify(shop, "--to", shops[1], "--format", "json").stdout)["findings"]
    for each in found:
        accepted = CliRunner().invoke(main, ["accept", each["fingerprint"], "--reason", "known"])
        assert accepted.exit_code == 0, accepted.output
    result = verify(shop, "--to", shops[1])
    assert result.exit_code == 0
    assert "Accepted: 3" in result.stderr


def test_a_severity_of_the_project_holds_for_documents_too(shop, described, project):
    pytest.importorskip("jsonschema_rs")
    rows = '[[tool.playhead.drift.severity]]\nrule = "openapi-*"\nseverity = "noise"\n'
    (project / "pyproject.toml").write_text(rows)
    assert findings_of(shop, "--openapi", described) == []


@pytest.mark.parametrize("form", ["markdown", "html", "junit", "sarif", "github"])
def test_every_report_shows_what_verifying_found(shops, shop, described, form):
    pytest.importorskip("jsonschema_rs")
    live = verify(shop, "--to", shops[1], "--format", form)
    assert (live.exit_code, "field-removed" in live.stdout) == (1, True)
    held = verify(shop, "--openapi", described, "--format", form)
    assert (held.exit_code, "openapi-response-media" in held.stdout) == (1, True)


def test_the_page_shows_the_recorded_and_the_live_answer(shops, shop):
    page = verify(shop, "--to", shops[1], "--format", "html").stdout
    assert "19.00" in page
    assert "shop.json" in page
