"""Calculations of messages: no database, no request, no clock."""
