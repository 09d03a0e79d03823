"""Laws of edits: what is outside of them keeps every byte, and its place among the chunks."""

from __future__ import annotations

from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st

from playhead.redaction.edits import Edit, apply, remapped, together


@st.composite
def edits(draw: st.DrawFn) -> list[Edit]:
    """Edits of the first 20 bytes, in order and apart."""
    places = sorted(draw(st.sets(st.integers(0, 20), max_size=8)))
    spans = [span for span in pairwise(places) if draw(st.booleans())]
    return [Edit(start, end, draw(st.binary(max_size=4))) for start, end in spans]


DATA = bytes(range(100, 120))


@given(edits())
def test_what_is_outside_of_edits_keeps_every_byte(made: list[Edit]) -> None:
    ends = [0, *(edit.end for edit in made)]
    starts = [*(edit.start for edit in made), len(DATA)]
    kept = [DATA[end:start] for end, start in zip(ends, starts, strict=True)]
    new = [*(edit.replacement for edit in made), b""]
    assert apply(DATA, made) == b"".join(old + each for old, each in zip(kept, new, strict=True))


@given(edits(), st.sets(st.integers(0, 20)))
def test_chunks_end_where_they_did(made: list[Edit], cuts: set[int]) -> None:
    ends = [*sorted(cuts), len(DATA)]
    sizes = [end - start for start, end in pairwise([0, *ends])]
    new = remapped(sizes, made)
    assert sum(new) == len(apply(DATA, made))
    assert min(new) >= 0
    for end, now in zip(ends, accumulate(new), strict=True):
        before = [edit for edit in made if edit.end <= end]
        cut = next((edit for edit in made if edit.start < end < edit.end), None)
        if cut is None:
            assert now == len(apply(DATA[:end], before))
        else:
            inside = min(end - cut.start, len(cut.replacement))
            assert now == len(apply(DATA[: cut.start], before)) + inside


@given(edits(), edits())
def test_of_two_edits_of_the_same_bytes_the_first_counts_and_all_others_are_made(
    first: list[Edit], others: list[Edit]
) -> None:
    free = [each for each in others if all(each.end <= one.start or one.end <= each.start for one in first)]
    assert together(first, others) == sorted([*first, *free])
