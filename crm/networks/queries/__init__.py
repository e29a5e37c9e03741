"""Questions about the network of a project."""
