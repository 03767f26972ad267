"""A server on loopback that answers as Crossref, PubMed and Europe PMC document, failures included."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from resistance.references.settings import Settings


@dataclass
class Fault:
    """What a service does instead of answering: a status, silence, a body of another kind, or a hang-up."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    silent: bool = False
    hang_up: bool = False


@dataclass
class Asked:
    """One request as it came."""

    service: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that has gone away is part of some tests."""


class Registries:
    """The three services at one address; what they know is in ``works``, ``articles`` and ``results``."""

    def __init__(self) -> None:
        self.works: dict[str, dict[str, Any]] = {}
        self.articles: dict[str, str] = {}
        self.results: list[dict[str, Any]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.down: dict[str, Fault] = {}
        self.validators = True
        self.asked: list[Asked] = []
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Registries:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def settings(self, **changes: Any) -> Settings:
        """Settings that ask this server, without waiting."""
        given = {
            "contact": "editors@example.org",
            "crossref": f"{self.address}/crossref",
            "pubmed": f"{self.address}/pubmed",
            "europe_pmc": f"{self.address}/europepmc",
            "interval": 0.0,
            "timeout": 20.0,
            "attempts": 3,
            "backoff": 0.001,
        }
        return Settings(**{**given, **changes})

    def count(self, service: str) -> int:
        return sum(asked.service == service for asked in self.asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registries = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # headers and body are two writes

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                service, _, path = parts.path.removeprefix("/").partition("/")
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                headers = {name.lower(): value for name, value in self.headers.items()}
                registries.asked.append(Asked(service, unquote(path), query, headers))
                queued = registries.faults[service]
                fault = queued.pop(0) if queued else registries.down.get(service)
                if fault is not None:
                    self.fail(fault)
                else:
                    self.answer(*registries._answer(service, unquote(path), query))

            def fail(self, fault: Fault) -> None:
                if fault.silent:
                    registries._closing.wait()
                if fault.hang_up or fault.silent:
                    self.close_connection = True
                    return
                self.send(fault.status or 200, fault.body, "text/plain", fault.headers)

            def answer(self, status: int, body: str, kind: str) -> None:
                tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
                if status == 200 and registries.validators:
                    if self.headers.get("If-None-Match") == tag:
                        self.send(304, "", kind, {"ETag": tag})
                        return
                    self.send(200, body, kind, {"ETag": tag, "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"})
                    return
                self.send(status, body, kind, {})

            def send(self, status: int, body: str, kind: str, headers: dict[str, str]) -> None:
                data = body.encode("utf-8")
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", kind)
                if status != 304:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(data)

        return Handler

    def _answer(self, service: str, path: str, query: dict[str, str]) -> tuple[int, str, str]:
        if service == "crossref":
            return self._crossref(path, query)
        if service == "pubmed":
            found = self.articles.get(query["id"], "")
            body = f'<?xml version="1.0" ?>\n<PubmedArticleSet>{found}</PubmedArticleSet>'
            return 200, body, "text/xml; charset=UTF-8"
        wanted = query["query"]
        found = [r for r in self.results if self._matches(r, wanted)]
        body = {"version": "6.9", "hitCount": len(found), "request": {}, "resultList": {"result": found}}
        return 200, json.dumps(body), "application/json"

    @staticmethod
    def _matches(result: dict[str, Any], wanted: str) -> bool:
        if wanted.startswith("DOI:"):
            return result.get("doi", "").lower() == wanted[4:].strip('"').lower()
        return wanted == f"EXT_ID:{result.get('pmid')} AND SRC:MED"

    def _crossref(self, path: str, query: dict[str, str]) -> tuple[int, str, str]:
        if path == "works":
            target = query["filter"].removeprefix("updates:").lower()
            items = [
                {"DOI": work["DOI"], "update-to": work["update-to"]}
                for work in self.works.values()
                if any(update["DOI"].lower() == target for update in work.get("update-to", []))
            ]
            message = {"total-results": len(items), "items-per-page": 50, "items": items}
            return 200, _crossref_body("work-list", message), "application/json"
        work = self.works.get(path.removeprefix("works/").lower())
        if work is None:
            return 404, "Resource not found.", "text/plain"
        return 200, _crossref_body("work", work), "application/json"


def _crossref_body(kind: str, message: dict[str, Any]) -> str:
    return json.dumps({"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message})


def work(doi: str, title: str, authors: list[tuple[str, str]], year: int, journal: str, **more: Any) -> dict[str, Any]:
    """A work as Crossref gives it; authors as (family, given)."""
    return {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "author": [{"family": f, "given": g, "sequence": "additional", "affiliation": []} for f, g in authors],
        "container-title": [journal],
        "publisher": "Springer Science and Business Media LLC",
        "issued": {"date-parts": [[year, 1]]},
        **more,
    }


def article(
    pmid: str,
    doi: str,
    title: str,
    authors: list[tuple[str, str]],
    year: str,
    journal: str,
    pages: str = "",
    comments: list[tuple[str, str]] | None = None,
    types: tuple[str, ...] = ("Journal Article",),
) -> str:
    """An article as PubMed's EFetch gives it; ``comments`` are (RefType, PMID); ``title`` may hold markup."""
    listed = "".join(
        f"<Author><LastName>{escape(f)}</LastName><ForeName>{escape(g)}</ForeName></Author>" for f, g in authors
    )
    notices = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>Nature. 2020</RefSource>'
        f'<PMID Version="1">{number}</PMID></CommentsCorrections>'
        for kind, number in comments or []
    )
    kinds = "".join(f'<PublicationType UI="D016428">{kind}</PublicationType>' for kind in types)
    return f"""<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>
<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Internet"><Volume>575</Volume><Issue>7782</Issue>
<PubDate><Year>{year}</Year><Month>Nov</Month></PubDate></JournalIssue><Title>{escape(journal)}</Title></Journal>
<ArticleTitle>{title}</ArticleTitle><Pagination><MedlinePgn>{pages}</MedlinePgn></Pagination>
<AuthorList CompleteYN="Y">{listed}</AuthorList><PublicationTypeList>{kinds}</PublicationTypeList></Article>
<CommentsCorrectionsList>{notices}</CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId><ArticleId IdType="doi">{doi}</ArticleId>
</ArticleIdList></PubmedData></PubmedArticle>"""


def result(pmid: str, doi: str, title: str, year: str, comments: list[tuple[str, str]] | None = None) -> dict[str, Any]:
    """A result as Europe PMC gives it; ``comments`` are (type, PMID)."""
    author = {"fullName": "Vasan N", "firstName": "Neil", "lastName": "Vasan", "initials": "N"}
    journal = {"volume": "575", "issue": "7782", "yearOfPublication": int(year), "journal": {"title": "Nature"}}
    corrections = [{"id": number, "source": "MED", "type": kind, "orderIn": 1} for kind, number in comments or []]
    return {
        "id": pmid,
        "source": "MED",
        "pmid": pmid,
        "doi": doi,
        "title": f"{title}.",
        "authorList": {"author": [author]},
        "journalInfo": journal,
        "pubYear": year,
        "pageInfo": "299-309",
        "pubTypeList": {"pubType": ["Journal Article"]},
        **({"commentCorrectionList": {"commentCorrection": corrections}} if corrections else {}),
    }
