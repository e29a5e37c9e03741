"""Pages to get in and out, of single-use links, and about one's own account."""
