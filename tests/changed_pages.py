"""Which pages differ between two built sites, with a picture of each before and after: what a reviewer looks at.

``python tests/changed_pages.py BEFORE AFTER --to DIR`` writes ``index.html``, the pictures, and ``changed.json``.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

sys.path.insert(0, str(Path(__file__).resolve().parent))
from find_browser import HELP, find_browser

MOST = 40  # pages of which pictures are made; the others are listed
WIDTH, TALLEST = 1000, 12_000  # of a picture, in pixels
LINES = 60  # of a page's changed text that are shown
STYLE = "_static/review.css"
# Where a style sheet has changed, these show what it does to all.
EXAMPLES = 3


@dataclass(frozen=True)
class Changed:
    """A page by its address, with what happened to it and the lines of its text that came and went."""

    page: str
    kind: str
    lines: tuple[str, ...] = ()


def changed_pages(before: Path, after: Path) -> list[Changed]:
    """Pages that are new, gone, or whose content differs; of a changed style sheet a few others as examples."""
    old, new = ({name: path for name, path in _pages(site)} for site in (before, after))
    found = []
    same = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            found.append(Changed(name, "new"))
        elif name not in new:
            found.append(Changed(name, "gone"))
        elif _content(old[name]) != _content(new[name]):
            found.append(Changed(name, "changed", tuple(_differing(old[name], new[name]))))
        else:
            same.append(name)
    sheets = [(site / STYLE).read_bytes() if (site / STYLE).is_file() else b"" for site in (before, after)]
    if sheets[0] != sheets[1]:
        found += [Changed(name, "style alone") for name in same[:EXAMPLES]]
    return found


def _pages(site: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(site.rglob("*.html")):
        yield path.relative_to(site).as_posix(), path


def _main(path: Path) -> Tag:
    """What a page says, without what all pages have around it."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return soup.select_one("[role=main]") or soup.find("main") or soup.body or soup


def _content(path: Path) -> str:
    """The page's own HTML, with each picture told by what it holds and not by its name."""
    main = _main(path)
    for element in main.select("[src], source[srcset]"):
        attribute = "src" if element.has_attr("src") else "srcset"
        address = urlsplit(str(element[attribute]))
        target = (path.parent / unquote(address.path)).resolve()
        if not address.netloc and target.is_file():
            element[attribute] = sha256(target.read_bytes()).hexdigest()
    return str(main)


def _differing(old: Path, new: Path) -> Iterator[str]:
    """Lines of text that went (-) and came (+), the first of them."""
    texts = [_main(path).get_text("\n", strip=True).splitlines() for path in (old, new)]
    lines = [
        line for line in difflib.unified_diff(*texts, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))
    ]
    yield from lines[:LINES]
    if len(lines) > LINES:
        yield f"… and {len(lines) - LINES} more lines"


def take_pictures(found: list[Changed], before: Path, after: Path, to: Path) -> None:
    """A picture of each page on each side, from disk and without scripts, so that nothing moves."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = find_browser(playwright)
        if path is None:
            raise SystemExit(HELP)
        browser = playwright.chromium.launch(executable_path=path)
        context = browser.new_context(viewport={"width": WIDTH, "height": 800}, java_script_enabled=False)
        for changed in found[:MOST]:
            for side, site in (("before", before), ("after", after)):
                if (site / changed.page).is_file():
                    _take(context, site / changed.page, to / picture(changed.page, side))
        browser.close()


def _take(context: Any, page: Path, target: Path) -> None:
    opened = context.new_page()
    opened.goto(page.resolve().as_uri())
    opened.evaluate("document.querySelectorAll('img[loading]').forEach((each) => each.removeAttribute('loading'))")
    opened.wait_for_load_state("networkidle")
    height = min(TALLEST, opened.evaluate("document.documentElement.scrollHeight"))
    target.parent.mkdir(parents=True, exist_ok=True)
    opened.set_viewport_size({"width": WIDTH, "height": height})
    opened.screenshot(path=target, type="jpeg", quality=60)
    opened.close()


def picture(page: str, side: str) -> str:
    """Name of a picture below the folder of the report."""
    return f"pictures/{page.removesuffix('.html').replace('/', '.')}-{side}.jpg"


def report(found: list[Changed], to: Path) -> None:
    """Write ``index.html``, which needs no script, and ``changed.json``."""
    to.mkdir(parents=True, exist_ok=True)
    (to / "changed.json").write_text(json.dumps({c.page: c.kind for c in found}, indent=1), encoding="utf-8")
    items = "".join(f'<li><a href="#{escape(c.page)}">{escape(c.page)}</a>: {c.kind}</li>\n' for c in found)
    text = (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>Changed pages</title>\n<style>\n'
        "body { font-family: sans-serif; margin: 1rem; } .sides { display: grid; grid-template-columns: 1fr 1fr; "
        "gap: 1rem; align-items: start; } img { width: 100%; border: 1px solid #999; } "
        "pre { white-space: pre-wrap; background: #f4f4f4; padding: .5rem; }\n</style></head><body>\n"
        f"<h1>{len(found)} changed pages</h1>\n<ul>\n{items}</ul>\n"
        f"{''.join(_section(changed, to) for changed in found)}</body></html>\n"
    )
    (to / "index.html").write_text(text, encoding="utf-8")


def _section(changed: Changed, to: Path) -> str:
    sides = []
    for side in ("before", "after"):
        name = picture(changed.page, side)
        image = f'<img src="{escape(name)}" alt="{escape(changed.page)} {side}" loading="lazy">'
        missing = (
            "there is no such page" if (changed.kind, side) in (("new", "before"), ("gone", "after")) else "no picture"
        )
        sides.append(f"<div><h3>{side}</h3>{image if (to / name).is_file() else f'<p>{missing}</p>'}</div>")
    lines = f"<pre>{escape(chr(10).join(changed.lines))}</pre>\n" if changed.lines else ""
    heading = f'<h2 id="{escape(changed.page)}">{escape(changed.page)}: {changed.kind}</h2>'
    return f'<section>{heading}\n{lines}<div class="sides">{"".join(sides)}</div></section>\n'


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--to", type=Path, default=Path("_build/changed-pages"))
    given = parser.parse_args(arguments)
    for site in (given.before, given.after):
        if not (site / "index.html").is_file():
            print(f"There is no site in {site}, so nothing is compared: build it first.")
            return 0
    found = changed_pages(given.before, given.after)
    take_pictures(found, given.before, given.after, given.to)
    report(found, given.to)
    for changed in found:
        print(f"{changed.page}: {changed.kind}")
    print(f"{len(found)} pages differ; open {given.to / 'index.html'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
