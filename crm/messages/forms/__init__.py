"""What is asked about messages."""
