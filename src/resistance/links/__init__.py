"""Links to other hosts: where they stand in the book's files, and whether they still lead somewhere."""
