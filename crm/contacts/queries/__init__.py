"""Questions about lists that come in, and what the register knows of those in them."""
