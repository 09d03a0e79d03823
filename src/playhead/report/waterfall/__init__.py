"""The waterfall of a cassette: what overlapped, in the terminal (`terminal`) or as a page of its own (`page`)."""
