"""Values that describe recorded interactions. Pure, immutable, and without any opinion."""
