"""What has changed, as a page of its own: findings to filter, each with a recording of both sides side by side."""
