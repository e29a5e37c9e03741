"""What files of the register hold: columns, words in them, and rows that come back."""
