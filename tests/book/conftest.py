"""Tiny books, as the tests of the execution use them."""

from ..execution.conftest import book  # noqa: F401
