"""The file of accepted findings: what is written reads back, and the rest of the file stays as it is."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playhead.contract.findings import Acceptance
from playhead.errors import UsageError
from playhead.services.comparing.acceptances import read_acceptances, write_acceptance

ONE, TWO = "1" * 16, "2" * 16
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, st.dates().map(str) | st.just(""))
def test_what_is_written_reads_back(tmp_path, reason, place, until):
    path = tmp_path / "accepted.toml"
    path.unlink(missing_ok=True)
    entry = Acceptance(ONE, f"because {reason}", until, "field-removed", "GET a.test/x", place)
    write_acceptance(path, entry)
    write_acceptance(path, Acceptance(TWO, "another"))
    assert read_acceptances(path) == (entry, Acceptance(TWO, "another"))


def test_an_entry_is_replaced_where_it_stands_and_comments_stay(tmp_path):
    path = tmp_path / "accepted.toml"
    for entry in (Acceptance(ONE, "first"), Acceptance(TWO, "second")):
        write_acceptance(path, entry)
    path.write_text(path.read_text().replace('reason = "first"\n', 'reason = "first"\n\n# about the second\n'))
    write_acceptance(path, Acceptance(ONE, "better", "2027-01-31"))
    assert read_acceptances(path) == (Acceptance(ONE, "better", "2027-01-31"), Acceptance(TWO, "second"))
    assert "\n# about the second\n\n[[accepted]]" in path.read_text()
    assert path.read_text().startswith("# Findings of `playhead diff`")


def test_an_inline_list_of_entries_is_left_as_it_is(tmp_path):
    path = tmp_path / "accepted.toml"
    text = f'accepted = [{{fingerprint = "{ONE}", reason = "first"}}]\n'
    path.write_text(text)
    with pytest.raises(UsageError, match="inline list"):
        write_acceptance(path, Acceptance(TWO, "second"))
    assert path.read_text() == text


def test_no_file_is_no_entry(tmp_path):
    assert read_acceptances(tmp_path / "nowhere.toml") == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[accepted", "not readable as TOML"),
        ("x = 1", "something other"),
        ("accepted = 1", "something other"),
        ('[[accepted]]\nreason = "x"', "entry 1 has no fingerprint"),
        ('[[accepted]]\nfingerprint = "xyz"\nreason = "x"', "entry 1 has no fingerprint"),
        (f'[[accepted]]\nfingerprint = "{ONE}"', "entry 1 has no reason"),
        (f'[[accepted]]\nfingerprint = "{ONE}"\nreason = "x"\nuntil = "soon"', "which is not a day"),
        (
            f'[[accepted]]\nfingerprint = "{ONE}"\nreason = "x"\nuntil = 2027-01-31T00:00:00',
            "which is not a day",
        ),
        (f'[[accepted]]\nfingerprint = "{ONE}"\nreason = "x"\nwho = "me"', "has the key 'who'"),
        (f'[[accepted]]\nfingerprint = "{ONE}"\nreason = 7', "has a reason which is not a text"),
    ],
)
def test_what_is_wrong_with_an_entry_is_told(tmp_path, text, told):
    path = tmp_path / "accepted.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=told) as caught:
        read_acceptances(path)
    assert str(path) in str(caught.value)


def test_days_are_days_whichever_way_they_are_written(tmp_path):
    path = tmp_path / "accepted.toml"
    path.write_text(f'[[accepted]]\nfingerprint = "{ONE}"\nreason = "x"\nuntil = "2027-01-31"\n')
    assert read_acceptances(path)[0].until == "2027-01-31"
    assert tomllib.loads(path.read_text())["accepted"][0]["until"] == "2027-01-31"
