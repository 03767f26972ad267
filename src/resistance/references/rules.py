"""The named rules of the bibliography and its registry snapshot, one remedy each.

A code never changes meaning and is never reused. Codes by tens: REF00x the files, REF01x fields, REF02x form,
REF03x the same work twice, REF04x–05x the snapshot, REF06x citations, REF07x the registries.
"""

from __future__ import annotations

from resistance.diagnostics import Rule, Severity

_ALL = [
    Rule("REF001", "not-utf-8", "Save the file as UTF-8"),
    Rule("REF002", "byte-order-mark", "Save the file as UTF-8 without a byte order mark"),
    Rule("REF003", "line-ends", "Save the file with LF line ends"),
    Rule("REF004", "parse-error", "Balance the braces and separate the fields with commas"),
    Rule("REF005", "duplicate-key", "Keep one entry, or give the other work a key of its own"),
    Rule("REF006", "unknown-entry-type", "Use one of the entry types that the book can print"),
    Rule("REF007", "duplicate-field", "Keep one of the two values"),
    Rule("REF008", "file-missing", "Add the file; CONTRIBUTING.md shows what it holds"),
    Rule("REF009", "undefined-string", "Define it with @string, or put the value in braces"),
    Rule("REF010", "required-field-missing", "Fill in the field from the publisher's or PubMed's record"),
    Rule("REF011", "doi-missing", "Add the DOI; if the work has none, say so with note = {no DOI}"),
    Rule("REF012", "doi-malformed", "Write the DOI as 10.prefix/suffix, without spaces or a final full stop"),
    Rule("REF013", "doi-upper-case", "Write the DOI in lower case"),
    Rule("REF014", "doi-as-address", "Write the bare DOI, without https://doi.org/ or doi:"),
    Rule("REF015", "pmid-form", "Write the PubMed identifier as digits only"),
    Rule("REF016", "pmcid-form", "Write the PubMed Central identifier as PMC and digits"),
    Rule("REF017", "year-form", "Write the year of publication in four digits"),
    Rule("REF018", "crossref-unknown", "Add the entry that crossref names, or correct its key"),
    Rule(
        "REF019",
        "field-not-seen",
        "Fill in the field, and remove it from the note, once a copy of the record can be seen; "
        "if it was looked for in vain, say so with note = {looked for on YYYY-MM-DD, not found: field}",
        Severity.WARNING,
    ),
    Rule("REF020", "author-form", "Write names as Last, First, joined by 'and'; brace the name of a group"),
    Rule("REF021", "author-et-al", "List the authors; where the list was cut, end it with 'and others'"),
    Rule("REF022", "title-all-capitals", "Write the title in sentence case"),
    Rule("REF023", "title-full-stop", "Remove the full stop at the end of the title"),
    Rule("REF024", "title-case", "Write the title in sentence case, with braces round proper names", Severity.WARNING),
    Rule("REF025", "journal-spelling", "Spell each journal in one way throughout"),
    Rule("REF026", "key-form", "Write the key as first author, year and, where needed, a letter, in ASCII"),
    Rule("REF027", "key-disagrees", "Make the key agree with the entry's first author and year"),
    Rule("REF028", "tex-unknown", "Write the character itself, or TeX that the book reads; this would be lost"),
    Rule("REF029", "conflict-mark", "Resolve the conflict of the merge and remove its marks"),
    Rule("REF037", "gap-round-type", "Write @type{key without a space or line break; the entry is not read"),
    Rule("REF030", "same-doi", "Keep one entry and cite its key everywhere"),
    Rule("REF031", "same-pmid", "Keep one entry and cite its key everywhere"),
    Rule("REF032", "same-pmcid", "Keep one entry and cite its key everywhere"),
    Rule("REF033", "same-arxiv", "Keep one entry and cite its key everywhere"),
    Rule("REF034", "same-title", "Keep one entry and cite its key everywhere"),
    Rule("REF035", "preprint-superseded", "Cite the article and remove the preprint"),
    Rule("REF040", "snapshot-unreadable", "Write the columns of the snapshot, and close every quotation mark"),
    Rule("REF041", "no-snapshot-row", "See the work's record and add its row to data/references.csv"),
    Rule("REF042", "row-without-entry", "Remove the row, or add the entry to references.bib"),
    Rule("REF043", "duplicate-row", "Keep one row for each key"),
    Rule("REF044", "doi-differs", "Look at the record at seen_at, and correct the entry or the row"),
    Rule("REF045", "pmid-differs", "Look at the record at seen_at, and correct the entry or the row"),
    Rule("REF046", "year-differs", "Look at the record at seen_at, and correct the entry or the row"),
    Rule("REF047", "first-author-differs", "Look at the record at seen_at, and correct the entry or the row"),
    Rule("REF048", "title-differs", "Look at the record at seen_at, and correct the entry or the row"),
    Rule(
        "REF049",
        "status-unknown",
        "Use current, corrected, expression of concern, retracted, not listed, not checked",
    ),
    Rule("REF050", "retracted", "Cite another work, or add status = {cited as retracted} to the entry"),
    Rule("REF051", "expression-of-concern", "Read the notice, and say in the text what it means", Severity.WARNING),
    Rule("REF052", "seen-at", "Give the http or https address of the copy of the record that was seen"),
    Rule("REF053", "seen-on", "Give the date on which the record was seen as YYYY-MM-DD"),
    Rule("REF054", "listed-on", "Give the day or month of the list of notices as YYYY-MM-DD or YYYY-MM"),
    Rule("REF060", "never-cited", "Cite the work, or remove its entry and its row"),
    Rule("REF061", "cited-but-absent", "Add the work to references.bib, or correct the key"),
    Rule("REF070", "identifier-form", "Give a DOI (10.prefix/suffix) or a PubMed identifier (digits)"),
    Rule("REF071", "already-present", "Cite the entry that is there; nothing was changed"),
    Rule("REF072", "record-not-found", "Check the identifier against the work itself", Severity.WARNING),
    Rule("REF073", "service-unavailable", "Run the command again later; it goes on where it stopped", Severity.WARNING),
    Rule("REF074", "record-incomplete", "Write the entry by hand from the publisher's page"),
    Rule("REF075", "no-contact", "Set RESISTANCE_CONTACT to an e-mail address", Severity.WARNING),
    Rule("REF076", "notice-found", "Read the notice before citing the work further", Severity.WARNING),
    Rule("REF077", "notice-not-repeated", "Look at the record; the status was left as it was", Severity.WARNING),
    Rule("REF078", "not-canonical", "Run 'resistance references format'"),
    Rule("REF080", "list-unreadable", "Give the list that Crossref publishes, or a CSV file with doi and nature"),
    Rule("REF079", "setting-malformed", "Set the variable to a number, or unset it"),
]

RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
BY_NAME: dict[str, Rule] = {rule.name: rule for rule in _ALL}
