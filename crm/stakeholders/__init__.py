"""Persons, organisations and how they belong together."""
