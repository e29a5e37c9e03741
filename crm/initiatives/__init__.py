"""Initiatives and pilots, and who is involved in them."""
