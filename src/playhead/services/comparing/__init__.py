"""Comparing recordings on disk: sides, folding, judging, and the recordings that show a finding."""
