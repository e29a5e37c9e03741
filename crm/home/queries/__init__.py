"""Questions that read every feature."""
