"""The table of record modes."""

from __future__ import annotations

from itertools import product

import pytest

from playhead.engine.policy import TABLE, Action, decide
from playhead.model.mode import Mode


def test_the_table_is_total() -> None:
    assert set(TABLE) == set(product(Mode, (False, True), (False, True)))


@pytest.mark.parametrize(("exists", "known"), list(product((False, True), repeat=2)))
def test_none_never_forwards(exists: bool, known: bool) -> None:
    assert decide(Mode.NONE, exists=exists, known=known) is not Action.FORWARD


@pytest.mark.parametrize(("exists", "known"), list(product((False, True), repeat=2)))
def test_all_forwards_everything(exists: bool, known: bool) -> None:
    assert decide(Mode.ALL, exists=exists, known=known) is Action.FORWARD


@pytest.mark.parametrize("mode", [Mode.NONE, Mode.MISSING, Mode.NEW])
def test_what_is_known_is_played_unless_it_is_recorded_afresh(mode: Mode) -> None:
    assert decide(mode, exists=True, known=True) is Action.PLAY


def test_new_adds_where_missing_refuses() -> None:
    assert decide(Mode.NEW, exists=True, known=False) is Action.FORWARD
    assert decide(Mode.MISSING, exists=True, known=False) is Action.MISS
    assert decide(Mode.MISSING, exists=False, known=False) is Action.FORWARD


@pytest.mark.parametrize(("mode", "exists"), list(product(Mode, (False, True))))
def test_a_mode_records_where_anything_is_forwarded(mode: Mode, exists: bool) -> None:
    forwards = any(decide(mode, exists=exists, known=known) is Action.FORWARD for known in (False, True))
    assert mode.records(exists=exists) == forwards
