"""Long work: who ordered it, how far it is, and what became of it, whatever it does."""
