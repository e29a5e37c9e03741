"""What changes a list that comes in, and what it brings."""
