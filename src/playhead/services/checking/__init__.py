"""Checking recordings without a live service: secrets that stand in them, and OpenAPI documents."""
