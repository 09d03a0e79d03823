"""The command line. Commands decide nothing: they read, ask, print, and choose an exit code."""
