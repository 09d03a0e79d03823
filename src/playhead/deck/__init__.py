"""An open cassette: its session, files and context, and the `Deck` that tests hold."""
