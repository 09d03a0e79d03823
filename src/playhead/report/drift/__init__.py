"""The report as a page: findings to filter, each with the recordings of both sides beside one another."""
