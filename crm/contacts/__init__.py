"""Lists of contacts: read, understood row by row, compared with the register and brought in."""
