"""`use_cassette`: a session with its clients, doubles and guard around it, as a context manager and a decorator."""
