"""Lists of contacts from elsewhere: read, understood row by row, compared."""
