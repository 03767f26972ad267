"""The book's files, each read once: contents, pages with their front matter, cells, roles, directives and headings.

:func:`resistance.book.pages.read_book` gives the pages; :mod:`resistance.book.markdown` says what stands on one, each
thing with its line; :mod:`resistance.book.rules` has the rules of pages (``TOC``, ``CHP``), and
:mod:`resistance.book.contract` and :mod:`resistance.book.cells` hold pages against them.
"""
