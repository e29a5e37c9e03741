"""How one value of a person or an organisation is read and written; no model is known here."""
