"""Areas: neighbourhoods and districts, by name and, where known, code and year."""
