"""What recordings say of an API: endpoints and shapes, how they differ, and how bad that is. Pure."""
