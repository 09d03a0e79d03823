"""The virtual clocks: event loops in whose time a program waits for nothing but the world."""
