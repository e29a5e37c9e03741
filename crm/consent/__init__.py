"""Whom one may write to, for what, and on which ground."""
