"""The command line. Commands read input, call services, print, and choose an exit code; they decide nothing else.

A module named after a command declares it and imports nothing heavy. The work is done in another module, such as
`comparing` for `diff`, which is imported when the command runs, so that `--help` is quick.
"""
