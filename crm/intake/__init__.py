"""Lists from elsewhere: from a file to a table, for whatever its rows become."""
