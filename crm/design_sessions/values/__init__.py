"""How one value is read and written."""
