"""The named rules of the execution, one remedy each; those of pages are in ``book.rules``."""

from __future__ import annotations

from resistance.diagnostics import Rule

_ALL = [
    Rule("RUN001", "cell-raises", "Correct the cell, or what it calls"),
    Rule("RUN002", "time-limit", "Make the cell faster; RESISTANCE_CELL_TIMEOUT sets the limit in seconds"),
    Rule("RUN003", "kernel-died", "Look for too much memory or a crash in compiled code"),
    Rule("RUN004", "standard-error", "Remove the cause of the warning; a clean page prints none"),
    Rule("RUN005", "network", "Read the figures from a table in data/; chapters run without a network"),
    Rule("RUN006", "output-large", "Show less: a summary, a sample, or a file in data/"),
    Rule(
        "RUN007", "output-active", "Show it with show_figure, show_table or a builder; pages run and fetch nothing else"
    ),
    Rule("RUN008", "writes-sources", "Keep the result in the cell; a page writes no files of the project"),
    Rule("RUN009", "result-differs", "Give every generator a seed, and show no time, address or random name"),
]

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
