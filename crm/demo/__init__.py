"""The demo: a made-up project in Assen, loaded by one call."""
