"""What is in the book, counted from its files."""

from __future__ import annotations

from functools import cache, lru_cache

from resistance.book.pages import every_page
from resistance.evidence.cells import Row
from resistance.evidence.schema import TableSchema, load_schema, table_files, table_names
from resistance.evidence.tables import check_table
from resistance.paths import relative, root

FILES = ("references.bib", "data/references.csv", "_toc.yml")


def files() -> list[str]:
    """Files whose rows :func:`counts` counts, relative to the root."""
    return [*FILES, *(relative(p) for name in ("claims", "model_checks") for p in table_files(schema(name)))]


@cache
def rows(table: str) -> list[Row]:
    """Typed rows of a table; empty while the table does not exist."""
    return check_table(table).rows if table in table_names() else []


@cache
def schema(table: str) -> TableSchema:
    """Schema of a table."""
    return load_schema(table)


@lru_cache(maxsize=1)
def counts() -> dict[str, int]:
    """Numbers that the landing page and others show, by name."""
    evidence = [name for name in table_names() if schema(name).evidence]
    references = rows("references")
    checks = rows("model_checks")
    return {
        "chapters": sum(page.review is not None for page in every_page(root())),
        "references": len(references),
        "references verified": sum(r["status"] != "not checked" for r in references),
        "evidence tables": len(evidence),
        "evidence rows": sum(len(rows(name)) for name in evidence),
        "claims": len(rows("claims")),
        "models": len({r["module"] for r in checks}),
        "model checks": len(checks),
        "citations audited": len(rows("citation_audit")),
        "statements audited": len(rows("statement_audit")),
    }


def forget() -> None:
    """Drop what was read, for a process that builds more than once."""
    for function in (rows, schema, counts):
        function.cache_clear()
