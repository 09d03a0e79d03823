"""Services behind the commands, without click: comparing, verifying, checking."""
