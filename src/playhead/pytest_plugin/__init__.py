"""The pytest plugin: tests and fixtures on cassettes, the fixture `deck`, and the summary of a run.

`plugin` is loaded in every run. Everything else is loaded when a test is on a cassette.
"""
