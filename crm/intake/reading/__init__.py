"""From a file to a table: kinds of files, letters, cells and where the headings are."""
