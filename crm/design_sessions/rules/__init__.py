"""Calculations about sessions: no database, no request, no clock but the one of the house."""
