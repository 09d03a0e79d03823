"""The work of `playhead doctor`: an existing suite is read, without importing it, and judged."""
