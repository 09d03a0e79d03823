"""The waterfall of a cassette, which shows what overlapped: for the terminal (`terminal`), or as a page (`page`)."""
