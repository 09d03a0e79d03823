"""The report of `playhead doctor`, as text and as a page."""
