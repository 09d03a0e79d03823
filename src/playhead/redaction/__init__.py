"""Taking secrets out of what is stored: what is secret, what stands in its place, what survived."""
