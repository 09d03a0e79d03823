"""Cassettes folded together, whose JSON is not written and parsed again, fold as each of them does alone."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.contract import Contract
from playhead.contract.encoding import encode_json
from playhead.errors import CassetteCorrupt
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Failure, Request, Response
from playhead.services.comparing.folding import fold_sides, jobs_for
from playhead.services.comparing.sides import folded, folded_together, side_of
from playhead.store.cassettes import save
from tests.contract.recordings import answer

numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(2**53 - 1, 2**53 + 1)
values = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=3) | st.sampled_from(["a", "2027-01-31", ""]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "type", "errors", "7"]), inner, max_size=3)
    ),
    max_leaves=12,
)
medias = st.sampled_from(
    ["application/json", "", "text/plain", "text/csv", "application/x-ndjson", "text/event-stream", "application/xml",
     "application/json+xml", "application/x-www-form-urlencoded", "image/png"]
)  # fmt: skip
bodies = values.map(lambda value: json.dumps(value).encode()) | st.sampled_from([b"", b"[NaN, 1e999]", b"not JSON"])


@st.composite
def exchanges(draw):
    request, response = (
        {"headers": (("content-type", media),) if media else (), "body": draw(bodies)}
        for media in (draw(medias), draw(medias))
    )
    status, complete = draw(st.sampled_from([200, 201, 304, 400, 429, 503])), draw(st.booleans())
    return Exchange(
        1,
        Request("POST", "http://api.test/a?b=c", **request),
        Response(status, **response, complete=complete),
        draw(st.none() | st.just(Failure("ReadError", after="head"))),
    )


@given(st.lists(exchanges(), min_size=1, max_size=3), st.sampled_from(["json", "msgpack"]))
def test_a_file_folds_together_with_others_as_it_does_alone(found, suffix):
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.{suffix}") for number in range(len(found))]
        alone = Contract()
        for path, exchange in zip(paths, found, strict=True):
            save(Cassette((exchange,)), path)
            alone.absorb(folded(path, named=True))
        together, left = folded_together(paths)
        for path in left:
            together.absorb(folded(path, named=True))
    assert encode_json(together.finish()) == encode_json(alone.finish())


def _nested(depth: int) -> str:
    return "[" * depth + "1" + "]" * depth


@pytest.mark.parametrize("place", ["request", "response"])
@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("1e999", "a number is too large"),
        ("[1, -1e999]", "a number is too large"),
        (_nested(101), "nested more than 100 deep"),
        (_nested(400), "nested more than 100 deep"),
    ],
    ids=["infinite", "infinite in a list", "deep", "very deep"],
)
def test_a_body_that_cannot_be_written_is_found_as_when_its_file_is_read_alone(tmp_path, place, status, body, reason):
    for name in ("a.json", "b.json", "c.json"):
        save(Cassette((answer(body={"n": 1.5}, sent={"q": 2}, method="POST", status=status),)), tmp_path / name)
    broken = tmp_path / "b.json"
    document = json.loads(broken.read_text())
    document["interactions"][0][place]["body"]["json"] = "@"
    broken.write_text(json.dumps(document).replace('"@"', body))
    side = side_of(tmp_path)
    fold_sides([side])
    assert side.read == 2
    assert [path for path, _ in side.broken] == [broken]
    with pytest.raises(CassetteCorrupt, match=reason) as alone:
        folded(broken, named=False)
    assert str(side.broken[0][1]) == str(alone.value)


@pytest.mark.parametrize("depth", [95, 96, 97, 100])
def test_a_deep_body_that_can_be_written_is_folded(tmp_path, depth):
    save(Cassette((answer(raw=_nested(depth).encode()),)), tmp_path / "a.json")
    side = side_of(tmp_path)
    fold_sides([side])
    assert (side.read, side.broken) == (1, [])
    assert encode_json(side.contract) == encode_json(folded(tmp_path / "a.json", named=True).finish())


def test_files_that_are_no_cassettes_are_left(tmp_path):
    save(Cassette((answer(body=[1, 2.5]),)), tmp_path / "a.json")
    (tmp_path / "other.json").write_text("[1, 2]")
    together, left = folded_together([tmp_path / "a.json", tmp_path / "other.json"])
    assert (len(together.endpoints), left) == (1, [tmp_path / "other.json"])


@pytest.mark.parametrize(("asked", "enough", "jobs"), [(3, 0, 3), (3, 10**6, 1), (1, 0, 1), (None, 10**6, 1)])
def test_one_process_reads_what_is_not_worth_starting_others(tmp_path, monkeypatch, asked, enough, jobs):
    monkeypatch.setattr("playhead.services.comparing.folding._SPARED_BYTES", enough)
    files = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in files:
        save(Cassette((answer(body=[1, 2.5]),)), path)
    assert jobs_for(files, asked) == jobs


def test_one_process_reads_a_large_file_beside_small_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("playhead.services.comparing.folding._SPARED_BYTES", 4096)
    files = [tmp_path / "large.json", tmp_path / "small.json"]
    for path, length in zip(files, [10_000, 1], strict=True):
        save(Cassette((answer(body=[1] * length),)), path)
    assert jobs_for(files, 3) == 1
