"""The Sphinx extension of the book, and how the site is built and previewed. Chapters import nothing from here."""
