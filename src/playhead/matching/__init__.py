"""Finding the recorded interaction that answers a request, and saying where a request differs from a recorded one."""
