"""`VCRTestCase` and `VCRMixin` of vcrpy, whose cassettes are on decks of playhead."""

from __future__ import annotations

import unittest
from typing import Any

import vcr.unittest

from playhead.compat.vcr.config import VCR

__all__ = ["VCRMixin", "VCRTestCase"]


class VCRMixin(vcr.unittest.VCRMixin):  # type: ignore[misc]  # vcrpy has no types
    """Puts each test of a `TestCase` on a cassette named after it."""

    def _get_vcr(self, **kwargs: Any) -> VCR:
        if "cassette_library_dir" not in kwargs:
            kwargs["cassette_library_dir"] = self._get_cassette_library_dir()
        return VCR(**kwargs)


class VCRTestCase(VCRMixin, unittest.TestCase):
    """A test case whose tests are on cassettes named after them."""
