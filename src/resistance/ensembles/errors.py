"""What goes wrong with an ensemble; every message is one line."""

from __future__ import annotations


class EnsembleError(Exception):
    """An ensemble that cannot be run, or not be finished; what had finished on disk is kept."""

    def __init__(self, message: str):
        super().__init__(" ".join(str(message).split()).rstrip("."))


class Interrupted(EnsembleError):
    """The run was cancelled before its end."""
