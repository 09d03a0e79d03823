"""Cassettes of other tools."""
