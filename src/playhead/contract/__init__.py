"""The contract that recordings show of an API: endpoints and shapes, their differences, and how bad those are. Pure."""
