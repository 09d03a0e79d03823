"""`playhead demo`: a service, a client that uses it, and the story of both. Needs the extra `demo`."""
