"""The named rules of the contents, the chapters' form and the execution, one remedy each."""

from __future__ import annotations

from resistance.diagnostics import Rule

_ALL = [
    Rule("TOC001", "page-missing", "Add the file, or remove the entry from _toc.yml"),
    Rule("TOC002", "contents-missing", "Write _toc.yml; it lists the pages of the book"),
    Rule("TOC003", "not-yaml", "Correct the YAML; indent with spaces and quote text that holds a colon"),
    Rule("TOC004", "contents-form", "Follow the form of the other entries: parts, chapters, sections, file"),
    Rule("TOC005", "page-twice", "List the page once"),
    Rule("TOC006", "page-not-listed", "List the page in _toc.yml, or begin its name with an underscore"),
    Rule("TOC007", "configuration", "Correct the option; Jupyter Book's documentation lists all"),
    Rule("CHP001", "front-matter", "Correct the front matter; copy it from another chapter if in doubt"),
    Rule("CHP002", "not-utf-8", "Save the page as UTF-8"),
    Rule("CHP003", "code-without-notebook", "Give the page the jupytext and kernelspec header of a notebook"),
    Rule("CHP004", "kernel", "Name the kernel python3 under kernelspec in the front matter"),
    Rule("CHP005", "cell-unreadable", "Correct the cell's options; they are written as ':name: value'"),
    Rule("CHP006", "same-code", "Make the code differ, for example by a comment that names the page"),
    Rule("RUN001", "cell-raises", "Correct the cell, or what it calls"),
    Rule("RUN002", "time-limit", "Make the cell faster; RESISTANCE_CELL_TIMEOUT sets the limit in seconds"),
    Rule("RUN003", "kernel-died", "Look for too much memory or a crash in compiled code"),
    Rule("RUN004", "standard-error", "Remove the cause of the warning; a clean page prints none"),
    Rule("RUN005", "network", "Read the figures from a table in data/; chapters run without a network"),
]

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
