"""The named rules of the contents and the pages, one remedy each."""

from __future__ import annotations

from resistance.book.limits import LONGEST_CELL, LONGEST_PROSE, SHORTEST_ALT, SHORTEST_PROSE
from resistance.diagnostics import Rule, Severity

HEADINGS = (
    "In brief",
    "The mechanism",
    "Evidence",
    "Model",
    "What the source review said",
    "Open questions",
    "References",
)
REVIEW_KEYS = ("section", "question", "search", "searched", "interval_days")

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
    Rule("CHP010", "headings", f"Use these headings of the second level, in this order: {'; '.join(HEADINGS)}"),
    Rule("CHP011", "review-block", f"Fill in {', '.join(REVIEW_KEYS)} under 'review' in the front matter"),
    Rule("CHP012", "in-brief", "Give 'In brief' an {in-brief} block with three to five claims"),
    Rule("CHP013", "unknown-table", "Name a table that has a schema in data/schemas"),
    Rule("CHP014", "figure-without-alt", f"Give alt, a description of at least {SHORTEST_ALT} characters"),
    Rule("CHP015", "anchor", "Give every figure and table an anchor of its own in the whole book"),
    Rule("CHP016", "fence-title", "Leave backticks out of the title of a fence; Markdown then takes it for text"),
    Rule("CHP017", "no-slider", "Give the page a figure with a control that a reader can move"),
    Rule("CHP018", "search-due", "Search again, then write the new date under 'searched'", Severity.WARNING),
    Rule("CHP019", "cell-syntax", "Correct the Python of the cell"),
    Rule("CHP020", "reference-list", "End the page with ```{reference-list}"),
    Rule("CHP021", "glue-unknown", "Keep the number with show_number in a cell of the page, or correct the name"),
    Rule("CHP022", "output-lost", "Make it the last statement of its cell: a notebook shows nothing but the last"),
    Rule("CHP023", "number-name", "Write the name as text, or make it in a loop over names that are written out"),
    Rule("CHP024", "cell-long", f"Split it at {LONGEST_CELL} lines, or move what it computes into models"),
    Rule("CHP025", "cell-format", "Run make format"),
    Rule("CHP026", "cell-lint", "Correct the code, or run make format"),
    Rule(
        "CHP027",
        "cell-imports",
        "Import ensembles, evidence, models and show; nothing else of ours is meant for chapters",
    ),
    Rule("CHP028", "row-unknown", "Name a row by its id, and a column of its table, as in {row}`id.column`"),
    Rule("CHP029", "query", "Write it as 'rows of TABLE where COLUMN=VALUE', with columns of the table"),
    Rule("CHP030", "search-unknown", "Add the search to data/counter_searches/<chapter>.csv, or correct the id"),
    Rule(
        "CHP032",
        "absence-without-search",
        "End the sentence with {looked}`search`, of a row in data/counter_searches, or say only what was seen",
    ),
    Rule("CHP033", "html", "Write it in Markdown; a less-than sign before a letter is written \\<"),
    Rule("CHP034", "conflict-mark", "Resolve the conflict of the merge and remove its marks"),
    Rule("CHP035", "formula", "Correct the TeX; a label stands behind the formula, as $$ (eq-name)"),
    Rule("CHP036", "placeholder", "Replace what the template left to fill in"),
    Rule("CHP037", "include-missing", "Correct the path; it is relative to the page"),
    Rule("CHP038", "control-character", "Remove the character; it was pasted or left by another program"),
    Rule(
        "CHP039",
        "prose-length",
        f"Bring it to {SHORTEST_PROSE} to {LONGEST_PROSE:,} words; leave to a table or another page what they say",
    ),
    Rule("CHP040", "varying", "Give it a seed, as in default_rng(20260101), or leave out what differs from run to run"),
    Rule("CHP041", "frozen", "Give the day under 'frozen' and the reason under 'frozen_because', or remove both"),
    Rule("CHP031", "number-typed", "Read it with evidence.parameters, so that it is not typed twice"),
]

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
