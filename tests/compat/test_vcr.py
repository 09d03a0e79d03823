"""`playhead.compat.vcr` in place of vcrpy: its options, hooks and cassettes, with our redaction and errors."""

from __future__ import annotations

import asyncio
import json
import unittest
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from playhead.compat import vcr
from playhead.errors import CassetteCorrupt, NoMatch, UsageError
from tests.pytest_plugin.conftest import Service, service

__all__ = ["service"]


def test_two_clients_share_a_cassette_that_is_counted(tmp_path: Path, service: Service) -> None:
    path = str(tmp_path / "both.yaml")
    with vcr.use_cassette(path) as recorded:
        live = [httpx.get(service.url + "/a").json(), requests.get(service.url + "/b", timeout=5).json()]
    assert (recorded.play_count, len(recorded.requests), recorded.dirty) == (0, 2, False)
    service.stop()
    with vcr.use_cassette(path, record_mode=vcr.RecordMode.NONE) as cassette:
        again = [httpx.get(service.url + "/a").json(), requests.get(service.url + "/b", timeout=5).json()]
        assert cassette.all_played
        cassette.rewind()
        assert not cassette.all_played
    assert [each["path"] for each in again] == [each["path"] for each in live] == ["/a", "/b"]


def test_async_clients_get_the_answers_of_their_own_requests(tmp_path: Path, service: Service) -> None:
    async def both() -> list[str]:
        async with httpx.AsyncClient(base_url=service.url) as client:
            return [each.json()["path"] for each in await asyncio.gather(client.get("/a"), client.get("/b"))]

    path = str(tmp_path / "async.yaml")
    with vcr.use_cassette(path):
        assert asyncio.run(both()) == ["/a", "/b"]
    service.stop()
    with vcr.use_cassette(path):
        assert asyncio.run(both()) == ["/a", "/b"]


def test_filters_and_hooks_are_vcrpys(tmp_path: Path, service: Service) -> None:
    def without_health(request: Any) -> Any:
        return None if request.path == "/health" else request

    def marked(response: dict[str, Any]) -> dict[str, Any]:
        return {**response, "headers": {**response["headers"], "x-hooked": ["yes"]}}

    tape = vcr.VCR(
        cassette_library_dir=str(tmp_path),
        path_transformer=vcr.VCR.ensure_suffix(".yaml"),
        filter_query_parameters=[("page", "1")],
        before_record_request=without_health,
        before_record_response=marked,
    )
    with tape.use_cassette("hooks") as cassette:
        httpx.get(service.url + "/health")
        httpx.get(service.url + "/a?page=7")
    assert [request.query for request in cassette.requests] == [[("page", "1")]]
    service.stop()
    with tape.use_cassette("hooks"):
        assert httpx.get(service.url + "/a?page=9").headers["x-hooked"] == "yes"


def test_what_is_secret_is_not_written(tmp_path: Path, service: Service) -> None:
    path = tmp_path / "secret.yaml"
    with vcr.use_cassette(str(path)):
        httpx.get(
            service.url + "/a?access_token=tok-1234567890abcdef", headers={"authorization": "Bearer s3cr3t-value"}
        )
    text = path.read_text()
    assert "tok-1234567890abcdef" not in text
    assert "s3cr3t-value" not in text
    service.stop()
    with vcr.use_cassette(str(path)) as cassette:
        httpx.get(service.url + "/a?access_token=tok-1234567890abcdef")
    assert cassette.play_count == 1


def test_a_request_that_was_never_recorded_is_an_error_of_both(tmp_path: Path, service: Service) -> None:
    path = str(tmp_path / "one.yaml")
    with vcr.use_cassette(path):
        httpx.get(service.url + "/a")
    with vcr.use_cassette(path), pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException) as caught:
        httpx.get(service.url + "/b")
    assert isinstance(caught.value, NoMatch)


@pytest.mark.parametrize("mode", list(vcr.RecordMode))
def test_a_file_that_cannot_be_read_is_kept_in_every_mode(mode: Any, tmp_path: Path, service: Service) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("<<<<<<< HEAD\nversion: 1\n=======\n: x: y\n>>>>>>> b\n")
    before = path.read_bytes()
    with pytest.raises(CassetteCorrupt, match=r"broken\.yaml"), vcr.use_cassette(str(path), record_mode=mode):
        httpx.get(service.url + "/a")
    assert path.read_bytes() == before


@pytest.mark.parametrize("option", [{"match_on": ["metod"]}, {"record_mod": "once"}])
def test_an_unknown_name_is_refused(option: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean"), vcr.use_cassette(str(tmp_path / "x.yaml"), **option):
        pass


def test_a_serializer_of_ones_own_that_raises_is_named(tmp_path: Path, service: Service) -> None:
    class Broken:
        @staticmethod
        def serialize(cassette: dict[str, Any]) -> str:
            raise ZeroDivisionError("no")

        @staticmethod
        def deserialize(text: str) -> dict[str, Any]:
            return {}

    tape = vcr.VCR()
    tape.register_serializer("broken", Broken)
    with pytest.raises(ZeroDivisionError) as caught, tape.use_cassette(str(tmp_path / "x"), serializer="broken"):
        httpx.get(service.url + "/a")
    assert "Broken" in "".join(caught.value.__notes__)


def test_a_test_case_is_on_a_cassette_named_after_it(tmp_path: Path, service: Service) -> None:
    class MyTest(vcr.VCRTestCase):
        def _get_cassette_library_dir(self) -> str:
            return str(tmp_path)

        def test_get(self) -> None:
            assert httpx.get(service.url + "/a").json()["path"] == "/a"

    for _ in range(2):
        outcome = unittest.TestResult()
        MyTest("test_get").run(outcome)
        assert outcome.wasSuccessful(), outcome.errors
        service.stop()
    assert [each.name for each in tmp_path.iterdir()] == ["MyTest.test_get.yaml"]


def test_what_filters_put_in_place_of_secrets_stays_and_is_restored(tmp_path: Path, service: Service) -> None:
    secret = "tok-9876543210fedcba"
    tape = vcr.VCR(
        match_on=("method", "path", "query", "headers"),
        filter_sensitive_data={"<KEY>": secret},
        filter_query_parameters=[("access_token", "MINE")],
        filter_headers=["user-agent"],
    )
    path = tmp_path / "filtered.yaml"

    def ask() -> Any:
        url = service.url + "/a?access_token=at-0123456789abcdef"
        return httpx.get(url, headers={"authorization": f"Bearer {secret}"}).json()["path"].partition("?")[0]

    with tape.use_cassette(str(path)):
        live = ask()
    written = path.read_text()
    assert secret not in written
    assert "Bearer <KEY>" in written
    assert "access_token=MINE" in written
    service.stop()
    with tape.use_cassette(str(path), record_mode="none") as cassette:
        assert ask() == live
        assert cassette.requests[0].headers["authorization"] == f"Bearer {secret}"


def test_header_names_in_bytes_are_found_again(tmp_path: Path, service: Service) -> None:
    from urllib.request import Request, urlopen

    def ask() -> str:
        headers: Any = {b"Authorization": b"Basic dXNlcjpwYXNzd2Q="}
        with urlopen(Request(service.url + "/a", headers=headers)) as answer:
            return str(json.loads(answer.read())["path"])

    tape = vcr.VCR(match_on=("method", "uri", "headers"))
    with tape.use_cassette(str(tmp_path / "bytes.yaml")):
        live = ask()
    assert "dXNlcjpwYXNzd2Q" not in (tmp_path / "bytes.yaml").read_text()
    service.stop()
    with tape.use_cassette(str(tmp_path / "bytes.yaml"), record_mode="none"):
        assert ask() == live
