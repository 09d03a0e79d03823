"""The recordings that show a finding, as they are taken out of their files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playhead.contract.comparison import Comparison
from playhead.contract.exhibits import Pair
from playhead.contract.samples import Sample
from playhead.model.call import Call, Invocation, Raised, Returned, Yielded
from playhead.model.cassette import Cassette
from playhead.services.comparing.compare import compare_sides, side_of
from playhead.services.comparing.exhibits import display_path, exhibits_of
from playhead.store.cassettes import save
from tests.contract.recordings import answer, cassette_of, failure, named, times
from tests.report.comparisons import finding

USER = {"id": 1, "name": "Ada", "tags": [{"text": "x"}]}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(old, new, *, suffix=".json") -> dict[str, Pair]:
    """Return the exhibits of the findings between two cassettes, by place."""
    for name, exchanges in (("old", old), ("new", new)):
        save(cassette_of(*exchanges), f"{name}{suffix}")
    comparison = compare_sides(side_of(f"old{suffix}"), side_of(f"new{suffix}"))
    exhibits = exhibits_of(comparison, f"new{suffix}")
    assert exhibits.where == f"new{suffix}"
    return {finding.place: exhibits.of(finding) for finding in comparison.findings}


def line_of(exhibit) -> str:
    return Path(exhibit.file).read_text().splitlines()[exhibit.line - 1].strip().rstrip(",")


def test_what_changed_is_shown_on_its_line():
    pairs = shown(times(3, {**USER, "age": 7}), times(3, {**USER, "age": "7", "tags": [{"text": 7}]}))
    assert (line_of(pairs["/age"].old), line_of(pairs["/age"].new)) == ('"age": 7', '"age": "7"')
    assert line_of(pairs["/tags/*/text"].new) == '"text": 7'


def test_what_is_gone_is_shown_where_it_was_and_where_it_would_be():
    pair = shown(times(3, USER), times(3, {"id": 1, "tags": [{"text": "x"}]}))["/name"]
    assert (line_of(pair.old), line_of(pair.new)) == ('"name": "Ada"', '"json": {')


def test_the_recording_is_one_that_shows_it_if_one_does():
    some = [*times(2, USER), *times(7, {**USER, "name": None}, first=3)]
    pair = shown(times(9, USER), some)["/name"]
    assert (pair.new.id, line_of(pair.new), pair.old.id) == (3, '"name": null', 1)
    pair = shown([*some[2:4], *times(7, USER, first=5)], times(9, {**USER, "name": 5}, first=3))["/name"]
    assert (pair.old.id, line_of(pair.old), line_of(pair.new)) == (3, '"name": "Ada"', '"name": 5')


def test_statuses_headers_and_requests_have_their_lines():
    def created(sent=(), **how):
        return [
            answer("/users", named(USER, n), method="POST", sent={"name": f"Ada {n}", **dict(sent)}, **how)
            for n in range(4)
        ]

    pairs = shown(created(headers=(("etag", "x"),)), created(status=201))
    assert line_of(pairs["status"].new) == '"status": 201'
    assert line_of(pairs["header.etag"].old) == '"headers": ['
    pairs = shown(created(), created({"vip": 1}))
    assert line_of(pairs["request /vip"].new) == '"vip": 1'


def test_a_msgpack_has_no_lines():
    pair = shown(times(3, USER), times(3, {"id": 1}), suffix=".msgpack")["/name"]
    assert (pair.old.file, pair.old.line, pair.new.file, pair.new.line) == ("old.msgpack", 1, "new.msgpack", 1)
    assert pair.new.interaction.response.body == b'{"id": 1}'


def test_numbers_need_not_be_in_order():
    exchanges = [replace(each, id=each.id + 10) for each in cassette_of(*times(3, {"id": 1})).interactions]
    save(Cassette(tuple(reversed(exchanges))), "new.json")
    save(cassette_of(*times(3, USER)), "old.json")
    comparison = compare_sides(side_of("old.json"), side_of("new.json"))
    pair = exhibits_of(comparison).of(comparison.findings[0])
    assert (pair.new.id, pair.new.interaction.request.url) == (11, "http://api.test/users/1")


def test_what_can_no_longer_be_read_is_not_shown(folder):
    for name, body in (("old.json", USER), ("new.json", {"id": 1})):
        save(cassette_of(*times(3, body)), name)
    comparison = compare_sides(side_of("old.json"), side_of("new.json"))
    (folder / "new.json").unlink()
    save(cassette_of(failure()), "old.json")
    pair = exhibits_of(comparison).of(comparison.findings[0])
    assert pair.new is None
    assert (pair.old.id, pair.old.interaction.failure.kind) == (1, "ReadTimeout")


def test_a_side_that_is_a_value_is_not_shown():
    save(cassette_of(*times(3, USER)), "old.json")
    comparison = compare_sides(side_of("old.json"), side_of(cassette_of(*times(3, {"id": 1}))))
    pair = exhibits_of(comparison).of(comparison.findings[0])
    assert (pair.old.id, pair.new) == (1, None)


def test_files_are_named_from_the_top_of_the_repository(folder, monkeypatch):
    (folder / "service" / "cassettes").mkdir(parents=True)
    monkeypatch.chdir(folder / "service")
    assert display_path("cassettes/a.json") == display_path(str(folder / "service" / "cassettes" / "a.json"))
    assert display_path("cassettes/a.json") == "cassettes/a.json"
    (folder / ".git").mkdir()
    assert display_path("cassettes/a.json") == "service/cassettes/a.json"
    assert display_path("../a.json") == "a.json"
    assert display_path(str(folder.parent / "elsewhere.json")) == (folder.parent / "elsewhere.json").as_posix()


def test_what_came_out_of_a_revision_is_named_as_it_is_there():
    for name, body in (("old.json", USER), ("new.json", {"id": 1})):
        save(cassette_of(*times(3, body)), name)
    comparison = compare_sides(side_of("old.json"), side_of("new.json"))
    names = {"old.json": "main:old.json"}
    pair = exhibits_of(comparison, as_named=lambda path: names.get(path, path)).of(comparison.findings[0])
    assert (pair.old.file, pair.new.file) == ("main:old.json", "new.json")


@pytest.mark.parametrize(
    ("place", "outcome", "line"),
    [
        ("returned /id", Returned({"name": "Ada", "id": 7}), '"id": 7'),
        ("returned /*/id", Yielded(({"name": "Ada", "id": 7},)), '"id": 7'),
        ("status", Raised("builtins.KeyError", "id"), '"raised": {'),
        ("request /args[1]/vip", Returned(1), '"vip": true'),
        ("request /team", Returned(1), '"team": "a"'),
        ("request /gone", Returned(1), '"kwargs": {'),
    ],
)
def test_of_a_call_the_line_of_the_argument_or_result_is_shown(place, outcome, line):
    call = Call("db", "save", ("x", {"name": "Ada", "vip": True}), {"team": "a", "to": "b"})
    save(Cassette((Invocation(4, call, outcome),)), "new.json")
    told = finding(place=place, new_samples=(Sample("new.json", 4),))
    assert line_of(exhibits_of(Comparison((told,))).of(told).new) == line
