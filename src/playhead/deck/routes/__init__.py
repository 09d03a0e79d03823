"""Routes: assertions on the requests of a deck, and overrides of its responses."""
