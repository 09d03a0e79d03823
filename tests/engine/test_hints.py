"""Sentences and options to copy are never cut; values are."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.engine.hints import ignore_rows, option_row, path_rows, tell_of_placeholders
from playhead.engine.refusals import Refusals
from playhead.errors import NOTE_COLUMNS, NoMatch, note_lines

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.lists(TEXTS, min_size=1, max_size=9))
def test_places_are_read_by_python_as_they_are(places: list[str]) -> None:
    lines = [line for row in ignore_rows(places) for line in note_lines(*row)]
    assert lines[0].startswith("  or        ignore=[")
    assert all(line.isprintable() for line in lines)
    assert ast.literal_eval("\n".join(lines).partition("=")[2]) == list(dict.fromkeys(places))


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("query.a", '"query.a"'),
        ('body.$["a b"]', "'body.$[\"a b\"]'"),
        ("query.a'b", '"query.a\'b"'),
        ("query.a\\b", r'"query.a\\b"'),
        ("query.a\nb", r'"query.a\nb"'),
    ],
)
def test_double_quotes_stand_around_a_place_unless_it_has_some(place: str, written: str) -> None:
    assert ignore_rows([place]) == [("or", f"ignore=[{written}]")]


def test_a_place_that_is_too_long_stands_alone_and_whole() -> None:
    place = "body.$." + "x" * 90
    (row,) = ignore_rows([place, "query.a"])
    assert note_lines(*row) == [
        "  or        ignore=[",
        f'              "{place}",',
        '              "query.a",',
        "            ]",
    ]


def test_nothing_to_leave_out_is_no_hint() -> None:
    assert ignore_rows([]) == []


@given(st.sampled_from(["ceiling", "or", "allow"]), st.lists(st.text("abc=[]", min_size=1, max_size=90), min_size=1))
def test_a_sentence_keeps_all_its_words(label: str, words: list[str]) -> None:
    lines = note_lines(label, " ".join(words))
    assert " ".join(lines).split() == [label, *words]
    assert all(len(line) <= NOTE_COLUMNS or len(line.removeprefix(f"  {label}").split()) == 1 for line in lines)
    assert all(line.startswith(f"  {'':<9} ") for line in lines[1:])


@given(st.sampled_from(["nearest", "body.$.a", "caller"]), st.text("abc ", min_size=90))
def test_a_value_is_cut(label: str, text: str) -> None:
    (line,) = note_lines(label, f"{text}.")
    assert len(line) == NOTE_COLUMNS
    assert line.endswith("…")


def test_what_forbids_recording_is_said_to_the_end() -> None:
    refusals = Refusals(
        "a.json", ceiling='record = "none" in [tool.playhead] of a file called /home/ada/pyproject.toml'
    )
    notes = refusals.missing().__notes__
    assert " ".join(" ".join(notes).split()).endswith("of a file called /home/ada/pyproject.toml forbids recording")
    assert all(len(note) <= NOTE_COLUMNS for note in notes)


def test_what_is_said_of_an_option_that_is_too_long_stands_below_it() -> None:
    option = 'origins={"NAME": "https://staging.users.internal.example.com"}'
    assert note_lines(*option_row(option, "also when recording")) == [
        f"  or        {option},",
        "            also when recording",
    ]


def test_a_placeholder_is_explained_to_the_end() -> None:
    error = NoMatch("")
    tell_of_placeholders(error, [("REDACTED-session-token-of-the-user-1", "session-token-of-the-user")])
    assert all(len(note) <= NOTE_COLUMNS for note in error.__notes__)
    said = " ".join(" ".join(error.__notes__).split())
    assert said.endswith('redact=["!session-token-of-the-user"] keeps it, if it is not secret: then record again')


def test_a_long_path_leaves_room_for_what_is_said_of_it() -> None:
    path = "cassettes/a_rather_long_name_of_a_module/" + "test_" * 8 + "it.yaml"
    assert path_rows("found", "a.yaml", ", of vcrpy") == [("found", "a.yaml, of vcrpy")]
    assert path_rows("found", path, ", of vcrpy")[-1] == ("", "of vcrpy")
