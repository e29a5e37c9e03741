"""Mechanisms of the domain; knows no feature and no HTTP."""
