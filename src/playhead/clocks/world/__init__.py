"""Heuristics about the world: may anything outside an event loop still happen to it?

They read frames, await chains and the kernel, and decide nothing about time. Each private name they rely on has a row
in `playhead.private`.
"""
