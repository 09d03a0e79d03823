"""Only drifted interactions are written back, only where they are still the same, and nothing with a secret."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from playhead.errors import SecretFound
from playhead.model.cassette import Cassette
from playhead.model.timing import Chunk, Timing
from playhead.redaction.rules import RedactionRules
from playhead.services.verifying.answers import Answer
from playhead.services.verifying.plan import Step
from playhead.services.verifying.updating import update
from playhead.store.cassettes import load, save
from tests.contract.recordings import answer

TIMED = Timing(10, None, 20, 30, (Chunk(40, 4, 10), Chunk(50, 5, 10)), 60)


def exchange(number, body, timing=TIMED, **options):
    return replace(answer(f"/users/{number}", body, **options), id=number, timing=timing)


def drift(path, recorded, body, sizes=(6,), **options):
    live = exchange(
        recorded.id, body, Timing(0, None, None, 7, tuple(Chunk(8, size, 1) for size in sizes), 9), **options
    )
    return Answer(Step(path, recorded, "http://live/"), live)


@pytest.mark.parametrize("name", ["a.json", "a.msgpack"])
def test_only_the_drifted_interaction_changes(tmp_path, name):
    one, two = exchange(1, {"a": 1}), exchange(2, {"b": 1})
    save(Cassette((one, two)), tmp_path / name)
    assert update([drift(tmp_path / name, two, {"c": 2})], RedactionRules()) == {tmp_path / name: 1}
    first, second = load(tmp_path / name).interactions
    assert first == one
    assert second.request == two.request
    assert json.loads(second.response.body) == {"c": 2}


def test_times_stay_and_chunk_sizes_follow(tmp_path):
    one = exchange(1, {"a": 1})
    save(Cassette((one,)), tmp_path / "a.json")
    update([drift(tmp_path / "a.json", one, {"c": 2}, sizes=(1, 2, 5))], RedactionRules())
    (written,) = load(tmp_path / "a.json").interactions
    assert written.timing == replace(TIMED, chunks=(Chunk(40, 1, 10), Chunk(50, 2, 10), Chunk(50, 5, 10)))


def test_an_interaction_that_was_recorded_anew_meanwhile_is_left_alone(tmp_path):
    one, anew = exchange(1, {"a": 1}), exchange(1, {"a": 2})
    save(Cassette((anew,)), tmp_path / "a.json")
    before = (tmp_path / "a.json").read_bytes()
    assert update([drift(tmp_path / "a.json", one, {"c": 2})], RedactionRules()) == {tmp_path / "a.json": 0}
    assert (tmp_path / "a.json").read_bytes() == before


def test_a_secret_that_survives_stops_every_write(tmp_path):
    one, two = exchange(1, {"a": 1}), exchange(2, {"b": 1})
    save(Cassette((one,)), tmp_path / "a.json")
    save(Cassette((two,)), tmp_path / "b.json")
    before = (tmp_path / "a.json").read_bytes()
    leaking = drift(tmp_path / "b.json", two, {"note": "ghp_" + "a1B2" * 9})
    with pytest.raises(SecretFound):
        update([drift(tmp_path / "a.json", one, {"c": 2}), leaking], RedactionRules())
    assert (tmp_path / "a.json").read_bytes() == before


def test_a_file_that_was_laid_out_by_hand_keeps_its_layout(tmp_path):
    path = tmp_path / "a.json"
    one, two = exchange(1, {"a": 1}), exchange(2, {"b": 1}, Timing())
    save(Cassette((one, two)), path)
    by_hand = json.dumps(json.loads(path.read_text()), indent=1).replace('"a": 1', '"a":   1')
    path.write_text(by_hand)
    update([drift(path, two, {"c": 2})], RedactionRules())
    first, second = load(path).interactions
    assert (first, json.loads(second.response.body), second.timing) == (one, {"c": 2}, Timing())
    text = path.read_text()
    assert text[: text.index('"id": 2')].rstrip("{ \n") == by_hand[: by_hand.index('"id": 2')].rstrip("{ \n")
    assert text[text.index('"timeline"') :] == by_hand[by_hand.index('"timeline"') :]


def test_placeholders_keep_their_numbers_where_as_many_are_there(tmp_path):
    one = exchange(1, {"token": "REDACTED-token-1", "next": "REDACTED-token-2"})
    save(Cassette((one,)), tmp_path / "a.json")
    body = {"token": "REDACTED-token-11", "next": "REDACTED-token-12", "size": 2}
    size = len(json.dumps(body))
    update(
        [drift(tmp_path / "a.json", one, body, sizes=(size,), headers=(("content-length", str(size)),))],
        RedactionRules(),
    )
    (written,) = load(tmp_path / "a.json").interactions
    assert json.loads(written.response.body) == {"token": "REDACTED-token-1", "next": "REDACTED-token-2", "size": 2}
    assert dict(written.response.headers)["content-length"] == str(len(written.response.body))
    assert sum(chunk.size_bytes for chunk in written.timing.chunks) == len(written.response.body)


def test_placeholders_stay_new_where_there_are_more_of_them(tmp_path):
    one = exchange(1, {"token": "REDACTED-token-1"})
    save(Cassette((one,)), tmp_path / "a.json")
    body = {"token": "REDACTED-token-11", "next": "REDACTED-token-12"}
    update([drift(tmp_path / "a.json", one, body)], RedactionRules())
    (written,) = load(tmp_path / "a.json").interactions
    assert json.loads(written.response.body) == body
