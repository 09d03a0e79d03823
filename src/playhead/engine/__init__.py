"""The engine: what a deck answers to a request, and when.

It does no I/O and knows no clock, no `async`, no HTTP library.
"""
