"""The book to carry: PDF and EPUB, made from the pages of the built site."""
