"""Laws of merging a recording into a cassette."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from playhead.model.cassette import Exchange, Interaction
from playhead.store.merging import Batch, merged, merged_all
from tests.store.samples import names, sample

origins = st.sampled_from([None, "a", "b", "c"])
recordings = st.lists(
    st.builds(
        lambda name, start_us, origin: sample(str(name), start_us=start_us, origin=origin),
        st.integers(0, 99),
        st.integers(0, 50),
        origins,
    ),
    max_size=6,
)


@st.composite
def there(draw: st.DrawFn) -> list[Exchange]:
    """Return what several recordings have left on a cassette."""
    joined: list[Exchange] = []
    for recorded in draw(st.lists(recordings, max_size=4)):
        joined = merged(joined, recorded, origin=None, replaces=False)
    return joined


def _of(origin: str | None, interactions: list[Exchange]) -> list[str]:
    return sorted(names([each for each in interactions if each.origin == origin]))


@given(there=there(), recorded=recordings, origin=origins, replaces=st.booleans())
def test_ids_are_unique_and_positive(
    there: list[Exchange], recorded: list[Exchange], origin: str | None, replaces: bool
) -> None:
    ids = [each.id for each in merged(there, recorded, origin=origin, replaces=replaces)]
    assert len(set(ids)) == len(ids)
    assert all(number >= 1 for number in ids)


@given(there=there(), recorded=recordings)
def test_adding_loses_nothing_and_moves_nothing(there: list[Exchange], recorded: list[Exchange]) -> None:
    joined = merged(there, recorded, origin=None, replaces=False)
    assert joined[: len(there)] == there
    assert sorted(names(joined[len(there) :])) == sorted(names(recorded))


@given(there=there(), recorded=recordings, origin=st.sampled_from(["a", "b", "c"]))
def test_replacing_an_origin_touches_no_other(there: list[Exchange], recorded: list[Exchange], origin: str) -> None:
    joined = merged(there, recorded, origin=origin, replaces=True)
    staying = [each for each in there if each.origin != origin]
    assert [each for each in joined if each in staying] == staying
    assert len(joined) == len(staying) + len(recorded)


@given(there=there(), recorded=recordings)
def test_replacing_all_leaves_only_what_was_recorded(there: list[Exchange], recorded: list[Exchange]) -> None:
    joined = merged(there, recorded, origin=None, replaces=True)
    assert sorted(names(joined)) == sorted(names(recorded))
    assert {each.timing.session for each in joined} <= {0}


@given(there=there(), recorded=recordings.map(lambda several: [each for each in several if each.origin == "a"]))
def test_replacing_twice_is_replacing_once(there: list[Exchange], recorded: list[Exchange]) -> None:
    once = merged(there, recorded, origin="a", replaces=True)
    twice = merged(once, recorded, origin="a", replaces=True)
    assert _of("a", twice) == _of("a", recorded)
    assert [each.id for each in twice] == [each.id for each in once]
    assert names(twice) == names(once)


@given(there=there(), recorded=recordings, replaces=st.booleans())
def test_what_was_recorded_is_a_later_session_in_the_order_of_its_starts(
    there: list[Exchange], recorded: list[Exchange], replaces: bool
) -> None:
    joined = merged(there, recorded, origin="a", replaces=replaces)
    staying = {id(each) for each in there}
    fresh = [each for each in joined if id(each) not in staying]
    old = [each for each in joined if id(each) in staying]
    assert len({each.timing.session for each in fresh}) <= 1
    assert all(new.timing.session > each.timing.session for new in fresh[:1] for each in old)
    assert [each.timing.start_us for each in fresh] == sorted(each.timing.start_us for each in recorded)


@given(one=recordings, two=recordings)
def test_the_order_of_commits_decides_order_but_not_content(one: list[Exchange], two: list[Exchange]) -> None:
    def content(*recordings: list[Exchange]) -> list[tuple[str, str | None]]:
        joined: list[Exchange] = []
        for recorded in recordings:
            joined = merged(joined, recorded, origin=None, replaces=False)
        return sorted(((each.request.url, each.origin) for each in joined), key=str)

    assert content(one, two) == content(two, one)


def test_a_recorded_again_origin_keeps_its_places_and_ids() -> None:
    there = merged([], [sample("a1", origin="a"), sample("a2", start_us=1, origin="a")], origin="a", replaces=True)
    there = merged(there, [sample("b1", origin="b")], origin="b", replaces=True)
    again = [sample(name, start_us=number, origin="a") for number, name in enumerate(["a1", "new", "a2"])]
    joined = merged(there, again, origin="a", replaces=True)
    assert names(joined) == ["a1", "new", "a2", "b1"]
    assert [each.id for each in joined] == [1, 2, 4, 3]


def test_sessions_of_a_recording_keep_their_order() -> None:
    joined = merged(
        [], merged([sample("old")], [sample("new")], origin=None, replaces=False), origin=None, replaces=False
    )
    assert [(name, each.timing.session) for name, each in zip(names(joined), joined, strict=True)] == [
        ("old", 0),
        ("new", 1),
    ]


@given(
    there=st.lists(st.sampled_from(["a", "b", "c", None]), max_size=8),
    batches=st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 4)), max_size=6),
)
def test_many_batches_at_once_are_what_they_are_one_after_the_other(
    there: list[str | None], batches: list[tuple[str, bool, int]]
) -> None:
    begun = [replace(sample(f"old{number}", origin=each), id=number + 1) for number, each in enumerate(there)]
    made = [
        Batch(origin, replaces, [sample(f"{turn}-{n}", start_us=n, origin=origin) for n in range(size)])
        for turn, (origin, replaces, size) in enumerate(batches)
    ]
    joined: list[Interaction] = begun
    for batch in made:
        joined = merged(joined, batch.interactions, origin=batch.origin, replaces=batch.replaces)
    at_once = merged_all(begun, made)
    assert sorted(names(at_once)) == sorted(names(joined))
    assert len({each.id for each in at_once}) == len(at_once)
    for origin in "abc":
        assert _told_apart(at_once, origin) == _told_apart(joined, origin)
    untouched = {each.origin for each in begun} - {origin for origin, _, _ in batches}
    assert [each for each in at_once if each.origin in untouched] == [
        each for each in begun if each.origin in untouched
    ]


def _told_apart(interactions: list[Interaction], origin: str) -> list[tuple[str, int]]:
    """The recordings of an origin in their order, each with the rank of its session."""
    own = [each for each in interactions if each.origin == origin]
    ranks = {session: rank for rank, session in enumerate(sorted({each.timing.session for each in own}))}
    return [(name, ranks[each.timing.session]) for name, each in zip(names(own), own, strict=True)]


def test_what_one_test_replaces_is_told_from_all_others_by_its_session() -> None:
    there = merged((), [sample("a1", origin="a"), sample("b1", origin="b")], origin=None, replaces=False)
    batches = [Batch(origin, True, [sample(f"{origin}2", origin=origin)]) for origin in "ab"]
    assert [each.timing.session for each in merged_all(there, batches)] == [0, 1]
