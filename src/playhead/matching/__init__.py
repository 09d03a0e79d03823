"""Find the recorded interaction that answers a request, and say where a request differs from a recorded one."""
