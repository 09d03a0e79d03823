"""The names of other tools on decks of playhead, so that a suite of theirs runs as it stands."""
