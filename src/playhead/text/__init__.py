"""Formats of text that several packages read: one copy of each."""
