"""Changes of messages."""
