"""The front-end for httpx and httpx2."""
