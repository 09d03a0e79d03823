"""Recorded requests sent to the live service: a plan, the sending, the judging, and the update of cassettes."""
