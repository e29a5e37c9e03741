"""Segments: conditions on people that are kept under a name, and the pages that make them."""
