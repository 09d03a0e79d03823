"""Live values in the place of a stored placeholder."""

from __future__ import annotations

from base64 import b64encode

import pytest

from playhead.matching.placeholders import Capture, captures
from playhead.redaction.placeholder import marks_in

STORED = b64encode(b'{"password": "REDACTED-password-1"}.').decode()
LIVE = b64encode(b'{"password": "hunter2"}.').decode()


@pytest.mark.parametrize("behind", ["", "/"], ids=["base64", "with a slash behind it"])
def test_placeholders_within_base64_are_compared_decoded(behind):
    assert captures(STORED + behind, LIVE + behind, marks_in) == [Capture("password", 1, "hunter2")]


def test_what_else_the_base64_says_has_to_agree():
    assert captures(STORED, b64encode(b'{"passwords": "hunter2"}').decode(), marks_in) is None
    assert captures(STORED, "not base64", marks_in) is None
