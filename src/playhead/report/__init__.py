"""Render comparisons and cassettes, for people and for programs. Pure: callers write the text."""
