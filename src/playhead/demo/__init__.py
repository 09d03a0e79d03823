"""`playhead demo`: a service of its own, a client that uses it, and the story of both. Needs the extra `demo`."""
