"""Virtual clocks for asyncio and trio: a program's sleeps and timeouts take no real time."""
