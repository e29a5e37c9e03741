"""The workspace: projects, and who may do what in them."""
