"""A web server on loopback that behaves like a static host: gzip, content types, cache headers, kept connections."""

from __future__ import annotations

import gzip
import mimetypes
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

GZIP_LEVEL = 6  # what static hosts use
MAX_AGE = 600  # seconds; GitHub Pages gives every file the same ten minutes
_COMPRESSED = {
    *(".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".csv", ".ipynb", ".bib", ".ris", ".map"),
    *(".ttf", ".otf"),
}
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".csv": "text/csv",
    ".ipynb": "application/x-ipynb+json",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".inv": "application/octet-stream",
}


@dataclass(frozen=True)
class Served:
    """A running server."""

    folder: Path
    address: str


def content_type(path: Path) -> str:
    """MIME type of a file, with the character set where it is text."""
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind.endswith(("json", "xml", "bibtex", "systems"))
    return f"{kind}; charset=utf-8" if text else kind


def is_compressed(path: Path) -> bool:
    """Whether a static host sends this kind of file with gzip; pictures and WOFF fonts are compressed already."""
    return path.suffix in _COMPRESSED


@lru_cache(maxsize=4096)
def gzipped(path: str, stamp: int) -> bytes:
    """Contents of a file as they go over the wire; ``stamp`` is its time of change, so that a new file is read anew."""
    return gzip.compress(Path(path).read_bytes(), GZIP_LEVEL, mtime=0)


def wire_bytes(path: Path) -> tuple[int, int]:
    """Bytes of a file's body, raw and as sent with gzip."""
    raw = path.stat().st_size
    return raw, len(gzipped(str(path), path.stat().st_mtime_ns)) if is_compressed(path) else raw


@contextmanager
def serve(folder: Path) -> Iterator[Served]:
    """Serve ``folder`` at the root of a free port until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(folder.resolve()))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield Served(folder, f"http://127.0.0.1:{server.server_address[1]}/")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections open
        wbufsize = 1 << 16  # headers and body leave in one write

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, with_body: bool) -> None:
            path, status = self._find()
            if path is None:
                self.send_error(404)
                return
            stamp = path.stat().st_mtime_ns
            packed = is_compressed(path) and "gzip" in self.headers.get("Accept-Encoding", "")
            tag = f'"{stamp:x}{"-gzip" if packed else ""}"'
            if status == 200 and self.headers.get("If-None-Match") == tag:
                status, body = 304, b""
            else:
                body = gzipped(str(path), stamp) if packed else path.read_bytes()
            self.send_response(status)
            self.send_header("Content-Type", content_type(path))
            self.send_header("Cache-Control", f"max-age={MAX_AGE}")
            self.send_header("ETag", tag)
            self.send_header("Vary", "Accept-Encoding")
            if packed:
                self.send_header("Content-Encoding", "gzip")
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def _find(self) -> tuple[Path | None, int]:
            """The file behind the request; ``404.html`` for what is not there."""
            path = (folder / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
            path = path / "index.html" if path.is_dir() else path
            if path.is_file() and path.is_relative_to(folder):
                return path, 200
            missing = folder / "404.html"
            return (missing if missing.is_file() else None), 404

        def log_message(self, *arguments: object) -> None:
            """Stay silent."""

    return Handler
