"""How messages leave, each step in a short transaction of its own, and what comes back."""
