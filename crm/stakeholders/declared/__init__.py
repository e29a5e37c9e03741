"""What the register declares to features and mechanisms that know nothing of it."""
