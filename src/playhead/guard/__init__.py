"""The network closed while a test replays, the wall clock set back, and traffic that nothing records."""
