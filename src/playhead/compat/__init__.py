"""Doors for suites of other tools: vcrpy's and pytest-recording's names, on decks of playhead."""
