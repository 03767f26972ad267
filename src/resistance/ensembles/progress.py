"""How far an ensemble is, and how long it will still take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """State of a run: chunks and patients that are done and there are in all, and seconds of this run.

    ``found`` chunks were done by an earlier run and taken over; they say nothing about speed.
    """

    chunks: int
    of_chunks: int
    patients: int
    of_patients: int
    seconds: float
    found: int = 0

    @property
    def left(self) -> float | None:
        """Estimate of the seconds still to go, at the speed so far; None before the first chunk."""
        done = self.chunks - self.found
        return (self.of_chunks - self.chunks) * self.seconds / done if done > 0 else None

    def __str__(self) -> str:
        left = "" if self.left is None else f", about {duration(self.left)} left"
        chunks = f"[{self.chunks}/{self.of_chunks}]"
        return f"{chunks} {self.patients:,} of {self.of_patients:,} patients, {duration(self.seconds)}{left}"


def duration(seconds: float) -> str:
    """Seconds in the words of a clock: ``4.2 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
