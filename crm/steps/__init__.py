"""Steps: what people did as one thing in a project, and the way back."""
