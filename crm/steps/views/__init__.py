"""Pages about steps, and what a plan to undo looks like."""
