"""Changes of sessions: planning, inviting and attending."""
