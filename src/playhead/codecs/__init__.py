"""Cassettes as bytes, in two encodings, and back; and the content codings of bodies."""
