"""What the pages say is what the files in ``data/`` say: the whole built site, by key, read here with nothing of ours.

Everything on the "should" side is read from the CSV, YAML and Markdown files by the standard library (and PyYAML);
everything on the "is" side from the built HTML. The code that draws the pages is not asked.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from resistance.paths import root

from . import built

PER_CHAPTER = ("claims", "model_checks", "model_parameters", "statement_audit", "changes", "counter_searches")
LEVELS = {"A": "validated", "B": "clinical", "C": "case study", "D": "preclinical", "E": "inferential"}
SIGNS = {"supports": "+", "does not support": "−", "mixed": "±"}
FLAGGED = ("retracted", "expression of concern")

pytestmark = pytest.mark.usefixtures("site")


# --- what should be there ---------------------------------------------------------------------------------------------


@cache
def table(name: str) -> list[dict[str, str]]:
    """Rows of a table as they stand in its files; ``chapter`` from the path where the table has a file a chapter."""
    data = root() / "data"
    rows = []
    for path in [data / f"{name}.csv", *sorted((data / name).rglob("*.csv"))]:
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as stream:
                given = {} if path.parent == data else {"chapter": str(path.relative_to(data / name).with_suffix(""))}
                rows += [{**row, **given} for row in csv.DictReader(stream)]
    return rows


@cache
def evidence() -> dict[str, tuple[str, dict[str, str]]]:
    """Table and row of every row of evidence by its id."""
    found = {}
    for schema in sorted((root() / "data" / "schemas").glob("*.yaml")):
        name = schema.stem
        if not name.startswith("_") and yaml.safe_load(schema.read_text(encoding="utf-8")).get("common", True):
            found |= {row["id"]: (name, row) for row in table(name)}
    return found


@cache
def by_key(name: str, key: str) -> dict[str, dict[str, str]]:
    """Rows of a table by one of its columns."""
    return {row[key]: row for row in table(name)}


@cache
def bibliography() -> dict[str, dict[str, str]]:
    """Fields of every entry of references.bib by key, as they stand there."""
    text = (root() / "references.bib").read_text(encoding="utf-8")
    entries = {}
    for entry in re.split(r"^@", text, flags=re.MULTILINE)[1:]:
        head = re.match(r"\w+\{([^,]+),", entry)
        entries[head[1]] = dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))
    return entries


def split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def letters(text: str) -> str:
    """Letters and digits of a text, for titles in which TeX and Unicode stand for the same signs."""
    plain = re.sub(r"\\[a-zA-Z]+\s*|[{}$\\]", "", text)
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def number(text: str) -> str:
    """How a number of a table is printed."""
    if power := re.fullmatch(r"(-?\d*\.?\d+)[eE]([+-]?\d+)", text):
        raised = str(int(power[2])).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{number(power[1])} × 10{raised}"
    if not re.fullmatch(r"-?\d*\.?\d+", text):
        return text
    whole, dot, part = text.lstrip("-").partition(".")
    return ("−" if text.startswith("-") else "") + (f"{int(whole):,}" if len(whole) > 4 else whole or "0") + dot + part


def figure(row: dict[str, str]) -> str:
    """The figure of a row of evidence in words."""
    unit = "" if row["unit"] in ("", "1") else row["unit"] if row["unit"] == "%" else f" {row['unit']}"
    text = row["qualifier"] + number(row["value"]) + unit
    if row["ci_low"]:
        text += f" ({row['ci_kind']} {number(row['ci_low'])} to {number(row['ci_high']) or 'not reached'})"
    return text


def studies(refs: list[str]) -> set[str]:
    return {evidence()[ref.partition("/")[2]][1]["study"] for ref in refs}


# --- what is there ----------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """A text with single spaces and straight quotation marks: the pages set them as printers do."""
    return " ".join(text.translate(str.maketrans("‘’“”", "''\"\"")).split())


def words(node: Tag | None) -> str:
    return plain(node.get_text()) if node else ""


def with_addresses(node: Tag) -> str:
    """The words of an element with the address of each link that shows a host alone."""
    copy = BeautifulSoup(str(node), "html.parser")
    for link in copy.select("a.address"):
        assert link.get_text() in link["href"], link
        link.string = link["href"]
    return plain(copy.get_text())


def each(selector: str) -> list[tuple[str, Tag]]:
    """Every element of all pages of the book, with its page; there must be some."""
    found = [(page, node) for page in built.book_pages() for node in built.soup(page).select(selector)]
    assert found, f"no page holds {selector}"
    return found


def told(faults: list[str]) -> None:
    assert not faults, f"{len(faults)} differ:\n" + "\n".join(faults[:40])


def test_every_entry_of_a_list_shows_the_record_of_its_own_key() -> None:
    faults = []
    for page, item in each("li.reference[id^=ref-]"):
        key = item["id"].removeprefix("ref-")
        entry, row = bibliography().get(key), by_key("references", "key").get(key)
        where = f"{page}#{item['id']}"
        if entry is None or row is None:
            faults.append(f"{where}: no such work")
            continue
        links = [a["href"] for a in item.select("a[href]")]
        shown = letters(words(item))
        if letters(entry["title"])[:60] not in shown:
            faults.append(f"{where}: title {entry['title']!r}")
        if entry["year"] not in words(item):
            faults.append(f"{where}: year {entry['year']}")
        if ("doi" in entry) != any("doi.org/" in link for link in links):
            faults.append(f"{where}: DOI {entry.get('doi')}")
        if "doi" in entry and f"https://doi.org/{entry['doi']}".lower() not in [link.lower() for link in links]:
            faults.append(f"{where}: DOI {entry['doi']}, not {links}")
        pubmed = [link for link in links if "pubmed.ncbi.nlm.nih.gov" in link and link != row["seen_at"]]
        wanted = [f"https://pubmed.ncbi.nlm.nih.gov/{row['pmid']}/"] if row["pmid"] else []
        if pubmed != [link for link in wanted if link != row["seen_at"]]:
            faults.append(f"{where}: PubMed {row['pmid']!r}, not {pubmed}")
        if row["seen_at"] not in links or row["seen_on"] not in words(item):
            faults.append(f"{where}: record seen at {row['seen_at']}")
        status = words(item.select_one(".standing .status"))
        if row["status"] not in status:
            faults.append(f"{where}: status {row['status']!r}, not {status!r}")
    told(faults)


def test_a_list_holds_what_its_page_cites_and_nothing_else() -> None:
    faults = []
    for page in built.book_pages():
        soup = built.soup(page)
        listed = [item["id"].removeprefix("ref-") for item in soup.select("li.reference[id^=ref-]")]
        if not listed:
            continue
        parts = [link for part in built.with_parts(page) for link in built.soup(part).select("a.cite[href*='#ref-']")]
        cited = {str(a["href"]).rpartition("#ref-")[2] for a in parts}
        if len(listed) != len(set(listed)) or cited != set(listed):
            faults.append(f"{page}: {sorted(cited ^ set(listed))[:8]}")
    told(faults)


def test_flags_stand_at_citations_of_works_under_a_notice_and_nowhere_else() -> None:
    faults = []
    for page, link in each("a.cite[href*='ref-']"):
        key = link["href"].rpartition("ref-")[2]
        status = by_key("references", "key")[key]["status"]
        flag = words(link.select_one(".status"))
        if flag != (status if status in FLAGGED else ""):
            faults.append(f"{page}: {key} is {status}, flagged {flag!r}")
    told(faults)


def test_every_badge_and_card_says_what_its_claim_says() -> None:
    claims = by_key("claims", "id")
    faults, shown = [], defaultdict(set)
    for page, badge in each("button.claim[popovertarget^=claim-], a.claim"):
        place = badge.get("popovertarget", badge.get("href", ""))
        key = re.sub(r"^.*?(?:claim-|said-)", "", place)
        claim = claims.get(key)
        if claim is None:
            faults.append(f"{page}: badge {place!r} of no claim")
            continue
        shown[key].add(page)
        support = studies(split(claim["needs"]) + split(claim["adds"]))
        against = studies(split(claim["against"]))
        wanted = (claim["level"], "★" * int(claim["confidence"]), SIGNS[claim["direction"]])
        seen = tuple(words(badge.select_one(f".{name}")) for name in ("level", "stars", "sign"))
        if seen != wanted or words(badge.select_one(".sides")) != f"{len(support)}:{len(against)}":
            faults.append(f"{page}: {key} {seen} {words(badge.select_one('.sides'))}, not {wanted}")
    for page, card in each("span.card[id^=claim-]"):
        key = card["id"].removeprefix("claim-")
        claim = claims[key]
        text = words(card)
        for wanted in (claim["claim"], f"Level {claim['level']} ({LEVELS[claim['level']]})", claim["direction"]):
            if wanted and plain(wanted) not in text:
                faults.append(f"{page}: card {key} lacks {wanted[:60]!r}")
        if claim["balance"] and plain(claim["balance"]) not in with_addresses(card):
            faults.append(f"{page}: card {key} lacks its balance")
        refs = [ref for side in ("needs", "adds", "against") for ref in split(claim[side])]
        links = card.select(".card-row a.to-row")
        anchors = {link["href"].partition("#row-")[2] for link in links}
        missing = {ref.replace("/", "-").replace("_", "-") for ref in refs} - anchors
        if missing:
            faults.append(f"{page}: card {key} lacks rows {sorted(missing)}")
        lines = {words(line) for line in card.select(".card-row")}
        for ref in refs:
            row = evidence()[ref.partition("/")[2]][1]
            if not any(figure(row) in line and plain(row["label"]) in line for line in lines):
                faults.append(f"{page}: card {key} lacks the figure {figure(row)!r} of {ref}")
    told(faults)
    lost = {key for key, claim in claims.items() if f"chapters/{claim['chapter']}.html" not in shown[key]}
    assert not lost, f"claims without a badge on their page: {sorted(lost)}"


def test_a_card_leads_to_every_search_for_its_claim_and_tells_the_newest_in_words() -> None:
    wanted: dict[str, list[dict[str, str]]] = defaultdict(list)
    for search in table("counter_searches"):
        for key in split(search["claims"]):
            wanted[key].append(search)
    faults, seen = [], set()
    for page, card in each("span.card[id^=claim-]"):
        key = card["id"].removeprefix("claim-")
        seen.add(key)
        links = [str(link["href"]) for link in card.select(".card-note a.to-row")]
        linked = [link.partition("#row-counter-searches-")[2] for link in links if "#row-counter-searches-" in link]
        if sorted(linked) != sorted(search["id"] for search in wanted[key]):
            faults.append(f"{page}: card {key} leads to the searches {linked}")
        said = [words(link) for link in card.select(".card-note a[href*='#row-counter-searches-']")]
        if len(said) != len(set(said)):
            faults.append(f"{page}: card {key} has links of the same words: {said}")
        for search in sorted(wanted[key], key=lambda search: search["searched_on"])[-1:]:
            if letters(search["looked_for"]) not in letters(words(card)):
                faults.append(f"{page}: card {key} does not say what {search['id']} looked for")
    assert len(seen & set(wanted)) > 400
    told(faults)


def test_every_row_of_a_table_says_what_its_file_says() -> None:
    faults, seen = [], set()
    for page, line in each("tr[id^=row-]"):
        found = next((i for i in evidence() if line["id"] == f"row-{evidence()[i][0]}-{i}".replace("_", "-")), None)
        if found is None:
            continue  # a row of parameters or checks, held below
        row = evidence()[found][1]
        seen.add(found)
        text = words(line)
        wanted = [figure(row), row["label"], row["measure"]]
        wanted += [f"n = {number(row['n'])}"] if row["n"] else []
        wanted += [f"{row['level']} {LEVELS[row['level']]}", f"{row['confidence']} of 5 stars", row["direction"]]
        faults += [
            f"{page}#{line['id']}: lacks {want!r} in {text[:200]!r}" for want in map(plain, wanted) if want not in text
        ]
        if row["n_scope"] not in ("", "group") and row["n_scope"] not in text:
            faults.append(f"{page}#{line['id']}: n counts {row['n_scope']!r}")
        cites = [a["href"].rpartition("ref-")[2] for a in line.select("a.cite")]
        if row["source"] not in cites:
            faults.append(f"{page}#{line['id']}: source {row['source']}, not {cites}")
        if row["seen_at"] not in [a["href"] for a in line.select("a.seen")]:
            faults.append(f"{page}#{line['id']}: seen at {row['seen_at']}")
    told(faults)
    unseen = sorted(set(evidence()) - seen)
    assert not unseen, f"{len(unseen)} rows of evidence stand on no page: {unseen[:20]}"


def test_every_number_by_row_is_the_cell_of_its_row() -> None:
    """The role's own text in the Markdown source says which cell; the page must print it and lead to its row."""
    faults, count = [], 0
    for page in built.book_pages():
        source = root() / page.replace(".html", ".md")
        if not source.is_file():
            continue
        wanted = [text for text in re.findall(r"\{row\}`([^`]+)`", source.read_text(encoding="utf-8"))]
        links = built.soup(page).select("a.row-link")
        count += len(links)
        if len(wanted) != len(links):
            faults.append(f"{page}: {len(wanted)} numbers by row in the source, {len(links)} links")
            continue
        for text, link in zip(wanted, links, strict=True):
            faults += [f"{page}: {{row}}`{text}` {fault}" for fault in number_faults(text, link)]
    told(faults)
    assert count > 500


def number_faults(text: str, link: Tag) -> list[str]:
    place, _, spec = text.partition(":")
    identifier, _, column = place.partition(".")
    found = evidence().get(identifier)
    for name in () if found else ("model_parameters", "model_checks", "statement_audit"):
        found = found or next(((name, row) for row in table(name) if row["id"] == identifier), None)
    if found is None:
        return ["names no row"]
    name, row = found
    printed = words(link)
    faults = []
    if not link["href"].endswith(f"#row-{name}-{identifier}".replace("_", "-")):
        faults.append(f"leads to {link['href']}")
    if spec:
        kind = "%" if spec.endswith("%") else ""
        value = float(row[column]) * (100 if kind else 1)
        places = int(re.search(r"\.(\d)", spec)[1]) if "." in spec else 0
        if "g" not in spec and printed.replace("−", "-").replace(",", "") != f"{value:.{places}f}{kind}":
            faults.append(f"prints {printed!r} for {row[column]!r}")
        if "g" in spec and abs(float(printed.replace("−", "-").replace(",", "")) / value - 1) > 0.01:
            faults.append(f"prints {printed!r} for {row[column]!r}")
    elif column in ("", "figure", "interval"):
        if name in ("model_parameters", "model_checks"):
            wanted = row["value" if name == "model_parameters" else "published"]
            if not printed.replace(",", "").replace("−", "-").startswith(wanted):
                faults.append(f"prints {printed!r} for {wanted!r}")
        else:
            whole = figure(row)
            point, _, interval = whole.partition(" (")
            wanted = {"": whole, "figure": point, "interval": interval.removeprefix(row["ci_kind"]).strip(" )")}[column]
            if printed != wanted:
                faults.append(f"prints {printed!r}, not {wanted!r}")
    elif printed != number(row[column]):
        faults.append(f"prints {printed!r} for {row[column]!r}")
    return faults


def test_counts_in_the_prose_are_those_of_the_files() -> None:
    """Counts of rows and studies, taken from the sources of the pages and counted again here."""
    faults, count = [], 0
    for page in built.book_pages():
        source = root() / page.replace(".html", ".md")
        text = source.read_text(encoding="utf-8") if source.is_file() else ""
        shown = words(built.soup(page).select_one("main") or built.soup(page).body)
        for line in text.split("\n"):
            queries = re.findall(r"\{count\}`((?:rows|studies) of [^`]+)`", line)
            if not queries:
                continue
            count += len(queries)
            numbers = [counted(query) for query in queries]
            # Words of the sentence around each number, with everything that is markup left open.
            pattern = re.escape(line)
            for query, value in zip(queries, numbers, strict=True):
                pattern = pattern.replace(re.escape("{count}`" + query + "`"), f"{value:,}", 1)
            pattern = re.sub(r"\\\{[a-z:-]+\\\}`[^`]*`", ".{0,200}?", pattern)
            pattern = re.sub(r"(\\\*|_)+", "", pattern)
            if not re.search(pattern.replace(r"\ ", r"\s+"), shown):
                faults.append(f"{page}: {line[:120]} should read {numbers}")
    told(faults)
    assert count > 10


def counted(query: str) -> int:
    what, _, name, *rest = query.split(maxsplit=3)
    rows = table(name)
    # A value may hold "and": a condition begins with a column.
    conditions = re.split(r"\s+and\s+(?=[a-z_0-9]+\s*!?=)", rest[0].removeprefix("where").strip()) if rest else []
    for condition in conditions:
        column, equal, values = re.fullmatch(r"([a-z_0-9]+)\s*(!?=)\s*(.*)", condition).groups()
        among = [value.strip() for value in values.split("|")]
        rows = [row for row in rows if (row[column] in among) == (equal == "=")]
    return len(rows) if what == "rows" else len({row["study"] for row in rows})


def lines_by_part(name: str) -> tuple[dict[str, str], list[str]]:
    """Lines of a table that has a page for each part of the book by their anchor, and those that stand on two pages."""
    found: dict[str, str] = {}
    twice = []
    for page, line in each(f"tr[id^=row-{name.replace('_', '-')}-]"):
        if page.startswith(f"chapters/about/{name.replace('_', '-')}/"):
            if line["id"] in found:
                twice.append(f"{page}: {line['id']} stands on two pages")
            found[line["id"]] = words(line)
    return found, twice


def test_every_claim_stands_on_the_page_of_its_part() -> None:
    lines, faults = lines_by_part("claims")
    for row in table("claims"):
        line = lines.pop(f"row-claims-{row['id']}".replace("_", "-"), None)
        if line is None or plain(row["claim"]) not in line or f"{row['confidence']} of 5 stars" not in line:
            faults.append(f"{row['id']}: {str(line)[:160]}")
    told(faults + [f"{anchor} is no claim" for anchor in lines])


def test_every_model_check_stands_on_its_page_with_its_number() -> None:
    lines, faults = lines_by_part("model_checks")
    for row in table("model_checks"):
        line = lines.pop(f"row-model-checks-{row['id']}".replace("_", "-"), None)
        if line is None:
            faults.append(f"{row['id']} is not shown")
        elif plain(row["quantity"]) not in line or row["agreement"] not in line:
            faults.append(f"{row['id']}: {line[:160]}")
    told(faults + [f"{anchor} is no check" for anchor in lines])


def test_the_header_of_a_chapter_counts_what_is_on_its_page() -> None:
    faults = []
    for page in built.chapters():
        soup = built.soup(page)
        header = words(soup.select_one(".chapter-header"))
        short = page.removeprefix("chapters/").removesuffix(".html")
        front = yaml.safe_load((root() / page.replace(".html", ".md")).read_text(encoding="utf-8").split("---")[1])
        review = front["review"]
        whole = [built.soup(part) for part in built.with_parts(page)]
        rows = {line["id"] for each in whole for line in each.select("div.evidence-table.graded tr[id^=row-]")}
        claims = {badge["popovertarget"] for badge in soup.select("button.claim[popovertarget^=claim-]")}
        checks = [row for row in table("model_checks") if row["chapter"] == short]
        if plain(str(review["question"])) not in words(soup.select_one("main") or soup.body):
            faults.append(f"{page}: question")
        facts = {words(dt): words(dt.find_next("dd")) for dt in soup.select(".chapter-header dt")}
        wanted = {"Evidence rows": len(rows), "Claims": len(claims), "Model checks": len(checks)}
        faults += [
            f"{page}: {name} {n}, not {facts.get(name)}" for name, n in wanted.items() if facts.get(name) != f"{n:,}"
        ]
        year = str(review["searched"])[:4]
        if year not in header:
            faults.append(f"{page}: searched {review['searched']} not in {header!r}")
    told(faults)


def test_the_published_tables_are_the_files() -> None:
    """What a reader downloads: every table whole, its rows in the order of its files."""
    faults = []
    for schema in sorted((root() / "data" / "schemas").glob("*.yaml")):
        name = schema.stem
        rows = [] if name.startswith("_") else table(name)
        if not rows:
            continue
        path = Path(built.folder()) / "data" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            published = list(csv.DictReader(stream))
        if published != [{column: row[column] for column in published[0]} for row in rows]:
            faults.append(name)
    told(faults)


def test_this_test_can_fail() -> None:
    """A page with one wrong letter is told apart."""
    page = BeautifulSoup('<a class="row-link" href="#row-x-y">41</a>', "html.parser")
    key, (name, row) = next(iter(evidence().items()))
    link = page.a
    link["href"] = f"#row-{name}-{key}".replace("_", "-")
    link.string = number(row["value"])
    assert number_faults(f"{key}.value", link) == []
    link.string = number(row["value"]) + "1"
    assert number_faults(f"{key}.value", link)
