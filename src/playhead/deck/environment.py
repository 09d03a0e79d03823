"""The secrets of the environment, told to a redactor when a deck is opened, and again while it records."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.variables import secret_variables

__all__ = ["learn_environment"]


class _Reading(NamedTuple):
    """The secrets that an environment had by some rules."""

    variables: Mapping[Any, Any]
    rules: RedactionRules
    secrets: list[tuple[str, str]]


_latest = _Reading({}, RedactionRules(), [])


def learn_environment(redactor: Redactor) -> None:
    """Have a redactor look for what is secret in the environment by now: a test may set variables on its deck.

    This is asked with every interaction, so an environment that has not changed is not read again.
    """
    global _latest
    latest = _latest
    variables: Mapping[Any, Any] = getattr(os.environ, "_data", os.environ)
    if variables != latest.variables or redactor.rules != latest.rules:
        variables = dict(variables)
        latest = _latest = _Reading(variables, redactor.rules, secret_variables(os.environ, redactor.rules))
    if redactor.environment is not latest:
        redactor.environment = latest
        redactor.learn(latest.secrets)
