"""Tests, which mirror ``src/resistance``; a package, so that ``tests.site`` is not the standard library's ``site``."""
