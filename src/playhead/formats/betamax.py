"""Cassettes of betamax: the shape of Ruby's VCR, in JSON."""

from __future__ import annotations

from playhead.formats import ruby_vcr
from playhead.formats.format import Foreign

__all__ = ["NAME", "owns", "read"]

NAME = "betamax"


def owns(document: object) -> bool:
    """Return True if betamax wrote a document."""
    return (ruby_vcr.recorder(document) or "").startswith("betamax")


def read(document: object) -> Foreign:
    """Return what a document of betamax holds."""
    return ruby_vcr.read(document)
