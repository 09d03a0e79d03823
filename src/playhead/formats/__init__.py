"""Cassettes of other tools, a file each: which tool wrote a text, and what it holds as our own values."""
