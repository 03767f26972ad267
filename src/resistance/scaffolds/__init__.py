"""Beginnings of a table, a claim and a model; a chapter is begun by ``new_chapter``, a work by the registries."""
