"""The secrets of the environment, told to a redactor when a deck is opened, and again while it records."""

from __future__ import annotations

import os

from playhead.redaction.redact import Redactor
from playhead.redaction.variables import secret_variables

__all__ = ["learn_environment"]


def learn_environment(redactor: Redactor) -> None:
    """Have a redactor look for what is secret in the environment by now: a test may set variables on its deck."""
    redactor.learn(secret_variables(os.environ, redactor.rules))
