"""Reading much at once leaves the collector as it was, and does not make it look through what was read."""

from __future__ import annotations

import gc

import pytest

from playhead.model.collector import collector_paused


@pytest.mark.parametrize("enabled", [True, False])
def test_it_is_off_inside_and_as_before_outside(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()
    try:
        with collector_paused():
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_much_that_was_made_is_old_afterwards_and_nothing_is_frozen() -> None:
    frozen = gc.get_freeze_count()  # on 3.12 the collector puts immortal objects there

    with collector_paused():
        made = [[] for _ in range(20_000)]

    assert gc.get_count()[0] < 1_000
    assert gc.get_freeze_count() <= frozen
    assert gc.is_tracked(made)


def test_what_others_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        with collector_paused():
            _ = [[] for _ in range(20_000)]
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
