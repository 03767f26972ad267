"""Everything that can be checked without executing a page: what ``make check`` and every pull request run."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from resistance.debt import hold_against_list
from resistance.diagnostics import Finding
from resistance.paths import root


def check_page(name: str, today: date | None = None) -> tuple[list[Finding], dict[str, int]]:
    """What :func:`check_all` finds of one page: in its file, in its files of tables, and in the works that it cites.

    Parameters
    ----------
    name : ``chapters/mechanisms/hypoxia.md``, with or without folder and suffix

    Raises
    ------
    ValueError
        If there is no such page.
    """
    from resistance.book.pages import every_page
    from resistance.references.citations import page_citations

    short = name.removeprefix("./").removeprefix("chapters/").removesuffix(".md")
    page = next((page for page in every_page(root()) if page.name == short), None)
    if page is None:
        raise ValueError(f"there is no page {name!r}; name one as chapters/mechanisms/hypoxia.md")
    cited = {citation.key for citation in page_citations(page)}
    findings = [
        finding
        for finding in check_all(today)[0]
        if finding.path == page.source
        or (finding.path.startswith("data/") and finding.path.endswith(f"/{page.name}.csv"))
        or (finding.path in ("references.bib", "data/references.csv") and finding.item in cited)
        or (finding.path == "_toc.yml" and page.docname in finding.message)
    ]
    return findings, {"pages": 1, "works cited": len(cited)}


def check_all(today: date | None = None) -> tuple[list[Finding], dict[str, int]]:
    """Every fault of contents, chapters, references, tables and claims, and how many items were examined."""
    from resistance.book.contract import Known, check_contract
    from resistance.book.pages import check_form, read_book
    from resistance.book.redirects import check_redirects
    from resistance.evidence.check import check as check_evidence
    from resistance.evidence.check import hides_rows, read_tables
    from resistance.evidence.index import entry_pages
    from resistance.evidence.naming import PARAMETERS, read_names
    from resistance.evidence.schema import table_names
    from resistance.model_checks import check as check_model_checks
    from resistance.placeholders import check as check_placeholders
    from resistance.references.check import check as check_references
    from resistance.references.citations import collect_citations
    from resistance.references.snapshot import read_snapshot
    from resistance.surveillance.check import check as check_surveillance
    from resistance.surveillance.tables import CANDIDATES, RUNS

    # Somewhere it is tomorrow already: a contributor's own date is not in the future.
    today = today or (datetime.now(UTC) + timedelta(hours=14)).date()
    book = read_book(root())
    findings, examined = check_form(book)
    snapshot = read_snapshot(root() / "data" / "references.csv")
    retracted = {key for key, row in snapshot.rows.items() if row.status == "retracted"}
    tables = read_tables(None, today)
    pages = {page.docname for page in book.pages} | {"index"} | entry_pages(tables[0])
    findings += check_redirects(root(), pages)
    names = read_names(tables[0])
    known = Known(
        tables=table_names(),
        row=names.row,
        count=names.count,
        search=names.search,
        typed=names.typed,
        unsearched=names.unsearched,
        query=lambda block, page: names.query(block.argument or PARAMETERS, block.options, page.name),
    )
    evidence = check_evidence(None, retracted, today, tables)
    for more, counts in (
        check_contract(root(), known, today),
        # The references' check looks up every key, those of the tables included; once is enough.
        check_references(root(), collect_citations(root()), today, all_citations_read=not hides_rows(evidence[0])),
        evidence,
        check_model_checks(),
        (check_placeholders(root()), {}),
        check_surveillance(*(tables[0][name].rows if name in tables[0] else () for name in (CANDIDATES, RUNS))),
    ):
        findings += more
        examined |= counts
    return hold_against_list(findings, root()), examined
