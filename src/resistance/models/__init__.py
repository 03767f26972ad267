"""Models of drug resistance: pure functions of numbers and arrays, one module a mechanism.

No function reads or writes a file, draws, or keeps state; randomness enters only through a ``numpy.random.Generator``
argument. Bad input raises ``ValueError`` naming the argument and the value.

This package imports none of its modules, so that a chapter depends only on the models that it names
(``from resistance.models import fluctuation``) and is executed again only when one of those changes.
"""
