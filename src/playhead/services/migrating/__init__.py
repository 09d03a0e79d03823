"""The work of `playhead migrate`: a suite on vcrpy or pytest-recording is rewritten, where that is safe."""

from playhead.services.migrating.plan import Plan, planned

__all__ = ["Plan", "planned"]
