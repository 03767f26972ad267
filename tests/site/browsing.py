"""A local web server that compresses, a browser, and what happens while a page is open in it."""

from __future__ import annotations

import gzip
import mimetypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from resistance.editions.browser import HELP, find_browser

COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".csv", ".xml", ".txt", ".bib", ".ris", ".ipynb")
WIDTHS = (1280, 390)
SCHEMES = ("light", "dark")
HEIGHT = 900


def browser_path(playwright: Any) -> str:
    """Path of the browser, or an error that says how to get one."""
    return find_browser(playwright) or pytest.fail(HELP, pytrace=False)


@lru_cache(maxsize=256)
def _packed(path: str, stamp: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 6)


def start_server(folder: Path, prefix: str) -> tuple[ThreadingHTTPServer, str]:
    """Serve ``folder`` under ``prefix`` on 127.0.0.1, with ``404.html`` for what is not there."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = unquote(urlsplit(self.path).path)
            path = folder / address.removeprefix(prefix) if address.startswith(prefix) else folder / "404.html"
            path = path / "index.html" if path.is_dir() else path
            status = 200
            if not path.is_file() or folder not in path.resolve().parents:
                status, path = 404, folder / "404.html"
            compress = path.suffix in COMPRESSED and "gzip" in self.headers.get("Accept-Encoding", "")
            body = _packed(str(path), path.stat().st_mtime_ns) if compress else path.read_bytes()
            self.send_response(status)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if path.suffix in COMPRESSED else kind)
            self.send_header("Content-Length", str(len(body)))
            if compress:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}{prefix}"


Looks = tuple[int, str]  # width of the window and colour mode
_LOOKS: WeakKeyDictionary[BrowserContext, Looks] = WeakKeyDictionary()
# Pages that wait for their next visit, by what runs in them before their own scripts: a process for each new page takes
# longer to start than most of what is looked at.
_WAITING: WeakKeyDictionary[BrowserContext, dict[str | None, list[Page]]] = WeakKeyDictionary()


def new_context(browser: Browser, width: int, scheme: str, js: bool) -> BrowserContext:
    """A context; it waits 10 s at most for anything."""
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT},
        color_scheme=scheme,
        java_script_enabled=js,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    _LOOKS[context] = (width, scheme)
    return context


@dataclass
class Visit:
    """An open page and what went wrong on it."""

    page: Page
    home: str
    faults: list[str] = field(default_factory=list)
    responses: list[Any] = field(default_factory=list)
    _listening: dict[str, Callable[[Any], None]] = field(default_factory=dict)

    def watch(self) -> None:
        """Note errors of the page and its console, failed requests, and requests to another place."""
        for event, note in self._notes().items():
            self.page.on(event, note)

    def leave(self) -> None:
        """Note nothing any more."""
        for event, note in self._listening.items():
            self.page.remove_listener(event, note)
        self._listening.clear()

    def _notes(self) -> dict[str, Callable[[Any], None]]:
        faults = self.faults

        def said(message: Any) -> None:
            if message.type == "error":
                faults.append(f"console {message.type}: {message.text}")

        self._listening = {
            "console": said,
            "pageerror": lambda error: faults.append(f"page error: {error}"),
            "requestfailed": lambda request: faults.append(f"failed: {request.url} ({request.failure})"),
            "response": self._response,
            "request": self._request,
        }
        return self._listening

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.faults.append(f"request to another place: {request.url}")

    def _response(self, response: Any) -> None:
        self.responses.append(response)
        if response.status >= 400:
            self.faults.append(f"status {response.status}: {response.url}")

    def overflow(self) -> list[str]:
        """What makes the page wider than the window; elements inside a box that scrolls do not."""
        return self.page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              const wide = document.documentElement.scrollWidth;
              const found = wide > innerWidth ? [`the page is ${wide} px wide in a window of ${innerWidth}`] : [];
              const contained = (element) => {
                for (let e = element; e && e !== document.body; e = e.parentElement) {
                  const style = getComputedStyle(e);
                  if (e !== element && style.overflowX !== "visible") return true;
                  if (style.position === "fixed" || style.clipPath !== "none") return true;
                }
                return false;
              };
              // Parts of a drawing may reach beyond it where they are clipped; if they showed, the page would be wider.
              for (const e of document.querySelectorAll(":is(article, main) :not(svg *)")) {
                const box = e.getBoundingClientRect();
                if (box.width && box.right > width + 1 && e.checkVisibility() && !contained(e))
                  found.push(`${e.tagName}.${e.className} reaches ${Math.round(box.right)} of ${width}`);
              }
              return found.slice(0, 5);
            }"""
        )


@contextmanager
def visit(
    context: BrowserContext,
    home: str,
    address: str,
    watch: bool = True,
    script: str | None = None,
    looks: Looks | None = None,
    emptied: bool = False,
) -> Iterator[Visit]:
    """Open a page, wait until it has loaded, and leave it in the end.

    Parameters
    ----------
    context : context of the page; one of its pages that waits is taken
    home, address : site and page
    watch : note what goes wrong
    script : runs before any of the page's own
    looks : width and colour mode, where not those of the context; one that a test made itself keeps its own
    emptied : forget first what is stored and cached
    """
    waiting = _WAITING.setdefault(context, {}).setdefault(script, [])
    page = waiting.pop() if waiting else _new_page(context, script)
    opened = Visit(page, home)
    _set_out(page, looks or _LOOKS.get(context), home if emptied else None)
    if watch:
        opened.watch()
    try:
        page.goto(home + address, wait_until="load")
        yield opened
    except BaseException:
        page.close()  # whatever state it is in, no other visit begins with it
        raise
    opened.leave()
    # A pointer that rests where something comes to lie would touch it as soon as the next page is there.
    page.mouse.move(-9, -9)
    page.evaluate("try { sessionStorage.clear(); } catch {}")
    page.goto("about:blank")
    waiting.append(page)


def _new_page(context: BrowserContext, script: str | None) -> Page:
    page = context.new_page()
    if script:
        page.add_init_script(script)
    return page


def _set_out(page: Page, looks: Looks | None, forgets: str | None) -> None:
    """Make the window as a reader's is; empty what it has stored and cached of the site ``forgets``."""
    if looks:
        width, scheme = looks
        if page.viewport_size != {"width": width, "height": HEIGHT}:
            page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(media="null", color_scheme=scheme, reduced_motion="reduce")
    if forgets:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.clearBrowserCache")
        where = urlsplit(forgets)
        devtools.send(
            "Storage.clearDataForOrigin", {"origin": f"{where.scheme}://{where.netloc}", "storageTypes": "all"}
        )
        devtools.detach()
