"""What sessions declare to other features."""
