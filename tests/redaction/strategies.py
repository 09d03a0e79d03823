"""Exchanges with a secret hidden in them, and JSON in any valid spelling."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import strategies as st

CANARY = "c4nary-7Qz5xW2k.Value"
"""A secret that must not survive. It looks like a secret, and has no character that any place would escape."""

SECRET_NAMES = [
    "password",
    "accessToken",
    "ACCESS_TOKEN",
    "client-secret",
    "x_api_key",
    "apikey",
    "webhookSecret",
    "jwt",
]
PLAIN_NAMES = ["id", "max_tokens", "tokenizer", "public_key", "a", "", 'odd " name\\', "päss", "value"]

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
scalars = (
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.floats(allow_nan=False, allow_infinity=False) | texts
)


def containers(names: st.SearchStrategy[str], leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """JSON values with these names and leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
        max_leaves=12,
    )


plain_json = containers(st.sampled_from(PLAIN_NAMES), scalars)
secret_json = containers(st.sampled_from(PLAIN_NAMES + SECRET_NAMES), scalars)


def spelled(value: object, seed: int) -> bytes:
    """A value in one of its spellings: spacing and escapes differ from place to place."""
    dice = random.Random(seed)
    return _spelled(value, dice).encode()


def _spelled(value: object, dice: random.Random) -> str:
    blank = dice.choice(["", " ", "\n\t"])
    if isinstance(value, dict):
        members = [f"{_spelled(name, dice)}{blank}:{blank}{_spelled(item, dice)}" for name, item in value.items()]
        return "{" + blank + f"{blank},{blank}".join(members) + "}"
    if isinstance(value, list):
        return "[" + blank + f",{blank}".join(_spelled(item, dice) for item in value) + blank + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=dice.random() < 0.5).replace("/", dice.choice(["/", "\\/"]))
    return json.dumps(value)
