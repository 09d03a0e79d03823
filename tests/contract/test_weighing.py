"""Probabilities fall with evidence, and what is called breaking is improbable enough if nothing has changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.contract.changes import Change, Evidence, Siblings, all_of, none_of
from playhead.contract.identity import hash_of
from playhead.contract.probability import Observed, chance_of, even_if_optional, observed, paired_chance
from playhead.contract.tally import Tally
from playhead.contract.weighing import BREAKING_CHANCE, RISKY_CHANCE, weight_of
from tests.contract.recordings import answer, compared

ALONE = Siblings()
FEW = st.integers(0, 30)
SIBLINGS = st.builds(Siblings, FEW, FEW, FEW, FEW)


def seen_by(entities, count=0) -> Tally:
    hashes = sorted(map(hash_of, entities))
    return Tally(max(count, len(hashes)), hashes, hashes)


def removal(old: int, new: int, *, paired: int = 0, siblings: Siblings = ALONE) -> Change:
    """Return the removal of a field that `old` entities had and `new` have not, of which some are the same."""
    evidence = Evidence(all_of(seen_by(range(old))), none_of(seen_by(range(old - paired, old - paired + new))))
    return Change("field-removed", "/email", "string", "absent", evidence, ("name",), siblings=siblings)


@st.composite
def observations(draw) -> Observed:
    new = draw(st.integers(1, 40))
    differ = draw(st.integers(1, new))
    return Observed(draw(st.integers(1, 40)), differ, new, 0, 0)


@given(observations())
def test_more_evidence_is_less_probable(seen):
    chance = even_if_optional(seen)
    assert 0 < chance <= 1
    assert even_if_optional(seen._replace(old=seen.old + 1)) < chance
    if seen.differ < seen.new:
        assert even_if_optional(seen._replace(differ=seen.differ + 1)) < chance
    else:
        assert even_if_optional(seen._replace(differ=seen.differ + 1, new=seen.new + 1)) < chance


@given(observations(), SIBLINGS)
def test_without_evidence_all_is_chance(seen, siblings):
    for nothing in (seen._replace(old=0), seen._replace(differ=0)):
        assert even_if_optional(nothing) == 1
        assert chance_of(removal(1, 1, siblings=siblings), nothing) == 1
    assert paired_chance(removal(1, 1), seen) == 1
    assert paired_chance(removal(1, 1), seen._replace(changed=3, kept=1)) == 1


@given(st.integers(1, 30), SIBLINGS)
def test_steady_siblings_make_the_loss_of_a_field_less_probable_and_fickle_ones_more(changed, siblings):
    def chance(**more):
        change = removal(changed, changed, paired=changed, siblings=siblings._replace(**more))
        return paired_chance(change, observed(change.evidence))

    assert 0 < chance() < 1
    assert chance(stable=siblings.stable + 1) < chance() < chance(unstable=siblings.unstable + 1)


@given(st.integers(1, 30), st.integers(1, 30), SIBLINGS)
def test_fields_that_come_and_go_nearby_make_it_more_probable(old, new, siblings):
    def chance(**more):
        change = removal(old, new, siblings=siblings._replace(**more))
        return chance_of(change, observed(change.evidence))

    assert chance(required=siblings.required + 1) < chance() < chance(optional=siblings.optional + 1)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 40), SIBLINGS)
def test_what_is_enough_to_be_breaking_is_improbable(old, new, paired, siblings):
    paired = min(paired, old, new)
    weight = weight_of(removal(old, new, paired=paired, siblings=siblings))
    unpaired = weight_of(removal(old, new, siblings=siblings))
    if weight.enough:
        assert weight.told
        assert weight.chance <= BREAKING_CHANCE
    assert not unpaired.told or even_if_optional(Observed(old, new, new, 0, 0)) <= RISKY_CHANCE
    assert weight.told >= unpaired.told
    assert weight.told or not paired


USERS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["x@y.org", None, 7, ""])), min_size=1, max_size=14)


@given(USERS, USERS, st.booleans())
def test_no_finding_is_breaking_that_chance_may_explain(old, new, same):
    before, after = (
        [
            answer(f"/users/{n}", {"id": n, "name": "Ada", **({} if email == "" else {"email": email})})
            for n, email in ((n + first, email) for n, email in seen)
        ]
        for seen, first in ((old, 0), (new, 0 if same else 50))
    )
    result = compared(before, after)
    for finding in (*result.findings, *result.unsure):
        assert finding.severity != "breaking" or (finding.chance <= BREAKING_CHANCE and finding.grade >= "E2")
    assert not any(finding.severity == "breaking" for finding in result.unsure)


@pytest.mark.parametrize(
    ("observations", "told", "enough"),
    [(1, False, False), (2, False, False), (3, True, False), (4, True, True), (5, True, True), (40, True, True)],
)
def test_all_to_none_is_told_from_three_others_and_enough_from_four(observations, told, enough):
    weight = weight_of(removal(observations, observations))
    assert (weight.told, weight.enough) == (told, enough)


@pytest.mark.parametrize(("paired", "enough"), [(1, False), (2, False), (3, True), (4, True)])
def test_entities_that_lost_a_field_are_told_from_one_and_enough_from_three(paired, enough):
    weight = weight_of(removal(paired, paired, paired=paired, siblings=Siblings(required=2, stable=2 * paired)))
    assert (weight.told, weight.enough, weight.alone) == (True, enough, paired < 3)


def test_entities_that_lost_a_field_among_others_that_come_and_go_are_not_enough():
    fickle = Siblings(stable=2, unstable=6)
    assert not weight_of(removal(3, 3, paired=3, siblings=fickle)).enough


@pytest.mark.parametrize(
    ("observations", "risky", "breaking"),
    [(4, 3, 4), (5, 3, 5), (6, 4, 5), (10, 4, 5), (11, 4, 6), (20, 4, 6), (40, 4, 6)],
)
def test_always_to_sometimes_depends_on_how_many_lack_it(observations, risky, breaking):
    chances = [
        even_if_optional(Observed(observations, lost, observations, 0, 0)) for lost in range(1, observations + 1)
    ]
    assert next(lost for lost, chance in enumerate(chances, 1) if chance <= RISKY_CHANCE) == risky
    assert next(lost for lost, chance in enumerate(chances, 1) if chance <= BREAKING_CHANCE) == breaking


@pytest.mark.parametrize(("observations", "told"), [(1, False), (2, False), (3, False), (4, True)])
def test_a_doubtful_change_of_others_is_told_on_better_evidence_only(observations, told):
    assert weight_of(replace(removal(observations, observations), doubt="the requests differ")).told is told
