"""Changes around a network."""
