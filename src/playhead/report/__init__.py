"""Findings as text for people and as JSON for programs. Pure: what to write where is for the caller to say."""
