"""What is asked of a person about the register."""
