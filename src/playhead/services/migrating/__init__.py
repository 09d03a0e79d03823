"""What `playhead migrate` does: a suite on vcrpy and pytest-recording is read, and what can be rewritten safely is."""

from playhead.services.migrating.plan import Plan, planned

__all__ = ["Plan", "planned"]
