"""The findings of the doctor in a suite: every kind of finding, true and false."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from playhead.errors import UsageError
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.redaction.rules import RedactionRules
from playhead.services.checking.doctor.diagnosing import diagnose
from playhead.services.checking.doctor.facts import KINDS, Diagnosis, Finding
from playhead.store.cassettes import load, save
from tests.redaction.test_formats import TOKENS

CORPUS = Path("/work/shared/corpus")
DATE = "Tue, 01 Dec 2026 03:00:00 GMT"
AT = 1_796_094_000
URL = "https://api.test/items"


def uuid(number: int) -> str:
    return str(UUID(int=0x9F3C_11E2_4D5A_47B8_A1B2_C3D4_E5F6_0000 + number * 7919, version=4))


def recorded(
    url: str = URL,
    answer: str | bytes = "{}",
    *,
    body: str | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    sent = {name: [value] for name, value in (headers or {}).items()}
    return {
        "request": {"method": "POST" if body else "GET", "uri": url, "headers": sent, "body": body},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Date": [DATE], "Content-Type": ["application/json"], **more},
            "body": {"string": answer},
        },
    }


def kept(suite: Path, name: str, *interactions: dict[str, Any]) -> Path:
    path = suite / "cassettes" / "test_api" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump({"interactions": list(interactions), "version": 1}))
    return path


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "test_api.py").write_text(
        "import pytest\n\n@pytest.mark.vcr\ndef test_get(): ...\n\nclass TestIt:\n    def test_in(self): ...\n"
    )
    kept(tmp_path, "test_get", recorded())
    return tmp_path


def examined(suite: Path, *, secrets: bool = True) -> Diagnosis:
    return diagnose(suite, RedactionRules() if secrets else None)


def found(suite: Path, kind: str) -> Finding | None:
    return next((each for each in examined(suite).findings if each.kind == kind), None)


def places(finding: Finding | None) -> list[tuple[str, int]]:
    assert finding is not None
    return [(Path(each.file).name, each.interaction) for each in finding.examples]


def test_a_healthy_suite_has_no_findings(suite: Path) -> None:
    kept(suite, "TestIt.test_in[a-1]", recorded(), recorded(f"{URL}/2"))
    diagnosis = examined(suite)
    assert diagnosis.findings == []
    assert diagnosis.tools == ["pytest-recording", "vcrpy"]
    assert (diagnosis.files, diagnosis.interactions) == (2, 3)
    assert (diagnosis.oldest, diagnosis.months, diagnosis.hosts) == ("2026-12-01", {"2026-12": 3}, {"api.test": 3})


def test_secrets_of_a_known_form_are_found_by_place_and_never_shown(suite: Path) -> None:
    token = TOKENS["github-token"]
    kept(suite, "test_get", recorded(), recorded(answer=json.dumps({"note": token})))
    finding = found(suite, "secrets")
    assert places(finding) == [("test_get.yaml", 2)]
    assert token[:12] not in repr(examined(suite))
    assert not any(each.kind == "secrets" for each in examined(suite, secrets=False).findings)


@pytest.mark.parametrize(
    "value",
    ["REDACTED", "**REDACTED**", "Bearer <FILTERED>", "DUMMY", "fake", "XXXXXX", "ntn_...", "Bearer test-api-key"],
)
def test_what_a_filter_left_is_not_a_secret(suite: Path, value: str) -> None:
    headers = {"authorization": value, "x-api-key": value}
    kept(
        suite,
        "test_get",
        recorded(f"{URL}?api_key={value.replace(' ', '+')}", '{"password": "REDACTED"}', headers=headers),
    )
    assert examined(suite).findings == []


@pytest.mark.parametrize("value", ["s3cr3t-fakery-91823", "Bearer aj38fj38fj29dk", "sk_test_4eC39HqLyjWDarjtT1zdp7dc"])
def test_other_values_under_secret_names_are_found(suite: Path, value: str) -> None:
    kept(suite, "test_get", recorded(headers={"authorization": value}))
    assert places(found(suite, "possible-secrets")) == [("test_get.yaml", 1)]


def test_a_secret_in_a_path_is_not_shown(suite: Path) -> None:
    token = TOKENS["github-token"]
    url = f"https://api.test/bot/{token}/send"
    kept(suite, "test_get", recorded(url, "1"), recorded(url, "2"))
    diagnosis = examined(suite)
    assert "ambiguous" in [each.kind for each in diagnosis.findings]
    assert token[:12] not in repr(diagnosis)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"interactions:\n- request: [", "not YAML"),
        (b"interactions:\n<<<<<<< HEAD\n- a: 1\n=======\n- a: 2\n>>>>>>> main\n", "merge conflict markers (line 2)"),
        (b"interactions:\n- !!python/object:os.system {}\nversion: 1\n", "tag"),
        ("interactions: é\n".encode("latin-1"), ""),
        (b"a: 1\n", "neither"),
    ],
)
def test_files_that_cannot_be_read(suite: Path, data: bytes, reason: str) -> None:
    broken = kept(suite, "TestIt.test_in")
    broken.write_bytes(data)
    finding = found(suite, "unreadable")
    assert places(finding) == [("TestIt.test_in.yaml", 0)]
    assert finding is not None
    assert reason in finding.examples[0].note
    assert examined(suite).unread


def test_odd_files_are_told_by_name(suite: Path) -> None:
    folder = suite / "cassettes" / "test_api"
    (folder / "gone.yaml").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.yaml")
    kept(suite, "test_get", recorded("http://[bad"))
    kept(
        suite, "TestIt.test_in", recorded(f"{URL}?timestamp=20261399T999999Z", Date=["Tue, 99 Dec 99999 10:00:00 GMT"])
    )
    assert places(found(suite, "unreadable")) == [("gone.yaml", 0), ("pipe.yaml", 0), ("test_get.yaml", 0)]


def test_files_that_never_were_cassettes_are_left_alone(suite: Path) -> None:
    (suite / "compose.yaml").write_text("services: {web: {image: a}}\n")
    (suite / "broken.json").write_text("{")
    (suite / "data.json").write_text("[1, 2]")
    assert examined(suite).findings == []


def nonces(suite: Path, values: Sequence[str], *, answers: Sequence[str] = ()) -> None:
    for number, value in enumerate(values):
        first = [recorded(answer=answers[number])] if answers else []
        kept(suite, f"test_get[{number}]", *first, recorded(f"{URL}?trace={value}&page=1"))


def test_a_random_value_that_differs_in_every_recording_never_matches(suite: Path) -> None:
    nonces(suite, [uuid(1), uuid(2), uuid(3)])
    finding = found(suite, "never-match")
    assert finding is not None
    assert finding.count == 3
    assert '"query.trace"' in finding.advice


@pytest.mark.parametrize("values", [[uuid(1), uuid(2)], [uuid(1), uuid(1), uuid(2)], ["one", "two", "three"]])
def test_too_few_equal_or_plain_values_are_no_evidence(suite: Path, values: list[str]) -> None:
    nonces(suite, values)
    assert found(suite, "never-match") is None


def test_values_that_an_answer_brought_or_a_test_names_match_again(suite: Path) -> None:
    values = [uuid(1), uuid(2), uuid(3)]
    nonces(suite, values, answers=[json.dumps({"id": value}) for value in values])
    assert found(suite, "never-match") is None
    nonces(suite, values)
    (suite / "test_api.py").write_text(f"IDS = {values!r}\ndef test_get(): ...\n")
    assert found(suite, "never-match") is None


@pytest.mark.parametrize(
    ("query", "place"),
    [
        (f"timestamp={AT - 3}", "query.timestamp"),
        (f"ts={AT - 3}123", "query.ts"),
        (f"nonce={uuid(4)}", "query.nonce"),
        ("X-Amz-Date=20261201T025958Z", "query.X-Amz-Date"),
    ],
)
def test_nonces_and_times_of_sending_are_known_by_name_and_value(suite: Path, query: str, place: str) -> None:
    kept(suite, "test_get", recorded(f"{URL}?{query}"))
    finding = found(suite, "never-match")
    assert places(finding) == [("test_get.yaml", 1)]
    assert finding is not None
    assert f'"{place}"' in finding.advice


@pytest.mark.parametrize("query", ["timestamp=1600000000", "nonce=1", "ts=abc", f"since={AT}"])
def test_a_fixed_time_is_not_accused(suite: Path, query: str) -> None:
    kept(suite, "test_get", recorded(f"{URL}?{query}"))
    assert found(suite, "never-match") is None


def test_the_advice_lets_bodies_match(suite: Path) -> None:
    body = json.dumps({"text": "a", "meta": {"nonce": uuid(5)}})
    kept(suite, "test_get", recorded(body=body, headers={"content-type": "application/json"}))
    finding = found(suite, "never-match")
    assert finding is not None
    assert 'ignore = ["body.$.meta.nonce"]' in finding.advice


@pytest.mark.parametrize(("boundary", "random"), [("9f3c11e24d5a47b8a1b2c3d4e5f60011", True), ("fixed", False)])
def test_random_boundaries_of_multipart_bodies(suite: Path, boundary: str, random: bool) -> None:
    body = f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--{boundary}--\r\n'
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    kept(suite, "test_get", recorded(body=body, headers=headers))
    finding = found(suite, "never-match")
    assert (finding is not None) is random
    assert finding is None or "part by part" in finding.advice


def test_equal_requests_with_different_answers_are_ambiguous(suite: Path) -> None:
    kept(suite, "test_get", recorded(), recorded(f"{URL}/2"), recorded(answer="[]"))
    finding = found(suite, "ambiguous")
    assert places(finding) == [("test_get.yaml", 1)]
    assert finding is not None
    assert finding.examples[0].note == f"2 answers to 2 of GET {URL}"


def test_equal_answers_and_our_own_order_are_not(suite: Path) -> None:
    kept(suite, "test_get", recorded(), recorded())
    ours = [Exchange(number, Request("GET", URL), Response(200, body=b"%d" % number)) for number in (1, 2)]
    save(Cassette(ours), suite / "cassettes" / "test_api" / "test_get.json")
    assert found(suite, "ambiguous") is None


def test_compressed_bodies_and_copies_are_measured(suite: Path) -> None:
    text = json.dumps([{"id": number, "name": "item"} for number in range(2000)])
    coded = {"Content-Encoding": ["gzip"]}
    first = kept(suite, "test_get", recorded(answer=gzip.compress(text.encode()), **coded))
    second = kept(suite, "TestIt.test_in", recorded(answer=text))
    finding = found(suite, "storage")
    assert finding is not None
    assert finding.count == 2
    assert finding.summary == f"1 compressed, {len(text):,} bytes in copies"
    before, after = 0, 0
    for path in (first, second):
        save(load(path), path.with_suffix(".json"))
        before += path.stat().st_size
        after += path.with_suffix(".json").stat().st_size
        path.with_suffix(".json").unlink()
    assert f"take {after:,} bytes instead of {before:,}" in finding.advice


def test_huge_files(suite: Path) -> None:
    kept(suite, "test_get", recorded(answer="word " * 500_000))
    assert places(found(suite, "extremes")) == [("test_get.yaml", 0)]


def test_a_recording_of_no_test_is_an_orphan(suite: Path) -> None:
    kept(suite, "test_gone", recorded())
    kept(suite, "TestIt.test_gone", recorded())
    kept(suite, "TestIt.test_in[x]", recorded())
    assert [name for name, _ in places(found(suite, "orphans"))] == ["TestIt.test_gone.yaml", "test_gone.yaml"]


@pytest.mark.parametrize(
    "line",
    [
        '@pytest.mark.default_cassette("test_gone.yaml")',
        '@pytest.mark.vcr("more/test_gone.yaml")',
        '@vcr.use_cassette("cassettes/test_api/test_gone.yaml")',
        '@pytest.mark.cassette("test_gone")',
        '@playhead.use_cassette("cassettes/test_gone.json")',
    ],
)
def test_names_in_the_tests_explain_files(suite: Path, line: str) -> None:
    kept(suite, "test_gone", recorded())
    with (suite / "test_api.py").open("a") as file:
        file.write(f"\n{line}\ndef test_other(): ...\n")
    assert found(suite, "orphans") is None
    assert found(suite, "untold") is None


@pytest.mark.parametrize(
    "lines",
    [
        "@vcr.use_cassette(name + '.yaml')\ndef test_other(): ...",
        "@pytest.fixture\ndef default_cassette_name(request): return request.node.name",
        "V = vcr.VCR(path_transformer=str)",
    ],
)
def test_computed_names_are_not_judged(suite: Path, lines: str) -> None:
    kept(suite, "test_gone", recorded())
    with (suite / "test_api.py").open("a") as file:
        file.write(f"\n{lines}\n")
    assert found(suite, "orphans") is None
    assert places(found(suite, "untold")) == [("test_gone.yaml", 0)]


def test_inherited_tests_explain_files(suite: Path) -> None:
    kept(suite, "TestChild.test_inherited", recorded())
    with (suite / "test_api.py").open("a") as file:
        file.write("\nclass TestChild(Base): ...\n")
    assert found(suite, "orphans") is None


def test_nothing_is_imported(suite: Path) -> None:
    (suite / "test_evil.py").write_text(f"open({str(suite / 'ran')!r}, 'w')\nimport respx, aioresponses\n")
    assert {"respx", "aioresponses"} <= set(examined(suite).tools)
    assert not (suite / "ran").exists()


def test_no_cassette_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no cassette"):
        examined(tmp_path)
    with pytest.raises(UsageError, match="nothing at"):
        examined(tmp_path / "gone")


def test_several_processes_find_the_same(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        kept(suite, f"test_get[{number}]", recorded(f"{URL}?trace={uuid(number)}"), recorded(answer="1"), recorded())
    alone = examined(suite)
    monkeypatch.setattr("playhead.services.checking.doctor.diagnosing._SPARED_BYTES", 1)
    assert diagnose(suite, RedactionRules(), 2) == alone


def test_findings_come_the_most_harmful_first(suite: Path) -> None:
    kept(suite, "test_gone", recorded(answer=TOKENS["github-token"]), recorded(f"{URL}?ts={AT}"), recorded())
    kinds = [each.kind for each in examined(suite).findings]
    assert kinds == ["secrets", "never-match", "ambiguous", "orphans"]
    assert sorted(kinds, key=list(KINDS).index) == kinds


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of other tools' cassettes is not here")
def test_the_corpus_is_read() -> None:
    diagnosis = examined(CORPUS)
    assert diagnosis.files > 100
    assert not diagnosis.harmful
