"""People who sign in: accounts, their sessions and the links that let them in."""
