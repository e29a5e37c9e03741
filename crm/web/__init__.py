"""Mechanisms of HTTP, forms and templates; knows no feature."""
