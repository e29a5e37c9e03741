"""Calculations about accounts: tokens of links, passwords, and whom mail about them goes to."""
