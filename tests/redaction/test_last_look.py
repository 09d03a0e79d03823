"""The last look before a recording is written finds the secrets that `scan` is sure of, also behind repeated fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playhead.errors import SecretFound
from playhead.model.cassette import Exchange
from playhead.model.http import Request, Response
from playhead.redaction.redact import Redactor
from playhead.redaction.scan import last_look, scan

KEY = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
FIELDS = (("content-type", "application/json"), ("x-note", KEY), ("x-note", "nothing"))


class Missing(Redactor):
    """A redactor that misses everything."""

    def exchange(self, exchange: Exchange) -> Exchange:
        return exchange


def answers(fields):
    request = Request("GET", "https://a.test/x")
    return [Exchange(number, request, Response(200, headers=each)) for number, each in enumerate(fields, 1)]


@given(st.lists(st.lists(st.sampled_from(FIELDS), max_size=3).map(tuple), max_size=4).map(answers))
def test_it_raises_for_the_first_sure_hit_of_a_scan(interactions):
    sure = [hit for each in interactions for hit in scan(each) if hit.sure]
    if not sure:
        assert last_look(Missing(), interactions) == interactions
        return
    with pytest.raises(SecretFound, match=f"in interaction {sure[0].id} ") as caught:
        last_look(Missing(), interactions)
    assert (caught.value.rule, caught.value.place) == (sure[0].rule, sure[0].place)
