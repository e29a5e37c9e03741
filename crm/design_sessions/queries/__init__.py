"""Questions about sessions and their people."""
