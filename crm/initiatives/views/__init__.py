"""Pages about initiatives and the involvement in them."""
