"""Links to other hosts, against a server on loopback: what is gone, what has moved, and what is nobody's fault."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from resistance.cli import main
from resistance.links.ask import Answer, State, ask_all
from resistance.links.gather import addresses, gather
from resistance.links.report import issue
from resistance.references.settings import Settings

SETTINGS = Settings(contact="someone@example.org", timeout=0.3, attempts=2, backoff=0.5)


class Hosts(ThreadingHTTPServer):
    """One host whose every path answers in its own way."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.agents: set[str] = set()
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), _Answers)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def handle_error(self, *_: object) -> None:
        """A client that has gone away is part of some tests."""


class _Answers(BaseHTTPRequestHandler):
    server: Hosts

    def do_GET(self) -> None:
        path = self.path.strip("/")
        self.server.asked[f"{self.command} {path}"] += 1
        self.server.agents.add(self.headers["User-Agent"])
        if path.startswith("silent"):
            self.server.closing.wait(5)
            return
        if path == "hangs-up":
            self.connection.close()
            return
        times = self.server.asked[f"{self.command} {path}"]
        status, headers = {
            "gone": (404, {}),
            "withdrawn": (410, {}),
            "moved": (301, {"Location": "/here"}),
            "for-now": (302, {"Location": "/here"}),
            "circle": (302, {"Location": "/circle"}),
            "moved-away": (301, {"Location": "/gone"}),
            "no-robots": (403, {}),
            "get-alone": (405 if self.command == "HEAD" else 200, {}),
            "gone-for-head": (404 if self.command == "HEAD" else 200, {}),
            "busy-once": (429 if times == 1 else 200, {"Retry-After": "3"}),
            "busy": (429, {"Retry-After": "86400"}),
            "broken": (503, {}),
            "broken-once": (503 if times == 1 else 200, {}),
        }.get(path, (200, {}))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def host() -> Iterator[Hosts]:
    server = Hosts()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


WANTED = {
    "here": (State.OK, ""),
    "for-now": (State.OK, ""),
    "get-alone": (State.OK, ""),
    "gone-for-head": (State.OK, ""),
    "busy-once": (State.OK, ""),
    "broken-once": (State.OK, ""),
    "gone": (State.GONE, "status 404"),
    "withdrawn": (State.GONE, "status 410"),
    "moved-away": (State.GONE, "status 404"),
    "no-robots": (State.UNCLEAR, "status 403"),
    "busy": (State.UNCLEAR, "status 429"),
    "broken": (State.UNCLEAR, "status 503"),
    "circle": (State.UNCLEAR, "it leads round a circle"),
    "silent": (State.UNCLEAR, "no answer within 0.3 s"),
    "hangs-up": (State.UNCLEAR, "no connection (RemoteProtocolError)"),
}


def test_only_what_is_gone_for_good_is_gone(host: Hosts) -> None:
    waits: list[float] = []
    answers = ask_all([host.address(path) for path in [*WANTED, "moved"]], SETTINGS, 0.25, waits.append)
    found = {answer.address.rpartition("/")[2]: (answer.state, answer.detail) for answer in answers}
    assert found.pop("moved") == (State.MOVED, host.address("here"))
    assert found == WANTED
    assert answers == sorted(answers)
    assert (host.asked["HEAD broken"], host.asked["HEAD withdrawn"], host.asked["HEAD busy"]) == (2, 1, 1)
    assert 3.0 in waits, "Retry-After is kept to"
    assert 86400 not in waits
    assert waits.count(0.25) >= len(WANTED), "between two requests to one host"
    (agent,) = host.agents
    assert agent.startswith("resistance/")
    assert "someone@example.org" in agent


def test_a_silent_host_is_left_alone_and_others_are_asked(host: Hosts) -> None:
    other = Hosts()
    threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    silent = [host.address(f"silent{number}") for number in range(9)]
    once = Settings(timeout=0.1, attempts=1)
    answers = {answer.address: answer for answer in ask_all([*silent, other.address("gone")], once, 0, lambda _: None)}
    other.shutdown()
    other.server_close()
    assert answers[other.address("gone")].state is State.GONE
    assert sum(host.asked.values()) == 3
    assert {answers[address].state for address in silent} == {State.UNCLEAR}
    assert answers[silent[-1]].detail == "its host gave no answer and was left alone"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see [a](https://a.org/b_(c)) and https://a.org/d.", ["https://a.org/b_(c)", "https://a.org/d"]),
        ("(https://a.org/b), <https://a.org/c#part>", ["https://a.org/b", "https://a.org/c"]),
        ("k,https://a.org/x,2026-11-24,,", ["https://a.org/x"]),
        ("https://doi.org/10.1/x https://example.org/a https://github.com/example/b http://127.0.0.1/c", []),
        ("https://you.example.org/ http://localhost/ https://[broken/", []),
    ],
)
def test_addresses_in_a_text(text: str, found: list[str]) -> None:
    assert list(addresses(text)) == found


def test_each_address_is_asked_once_and_told_where_it_stands(tmp_path: Path, monkeypatch, capsys) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "chapters").mkdir()
    cells = '"two\nlines, https://a.org/x",https://a.org/y'
    (tmp_path / "data/t.csv").write_text(f"id,at\n{cells}\nb,https://a.org/y\n", encoding="utf-8")
    (tmp_path / "chapters/a.md").write_text("Words.\n\n<https://a.org/y#part>\n", encoding="utf-8")
    assert gather(tmp_path) == {
        "https://a.org/x": ["data/t.csv:2"],
        "https://a.org/y": ["chapters/a.md:3", "data/t.csv:2", "data/t.csv:4"],
    }
    monkeypatch.setenv("RESISTANCE_ROOT", str(tmp_path))
    assert main(["links", "check", "--list"]) == 0
    assert capsys.readouterr().out == "data/t.csv:2: https://a.org/x\nchapters/a.md:3: https://a.org/y\n"


def test_one_issue_names_what_is_gone_and_nothing_gone_opens_none() -> None:
    moved, unclear = (
        Answer("https://b.org", State.MOVED, "https://c.org"),
        Answer("https://d.org", State.UNCLEAR, "status 403"),
    )
    assert issue([moved, unclear], {}) == ""
    told = issue([Answer("https://a.org/x", State.GONE, "status 404"), moved, unclear], {"https://a.org/x": ["a.md:3"]})
    title, blank, *rest = told.split("\n")
    assert (title, blank) == ("Links that lead nowhere", "")
    assert "- [ ] <https://a.org/x> (status 404), in `a.md:3`" in rest
    assert any(line.startswith("- <https://b.org> (https://c.org)") for line in rest)
    assert "3 addresses of other hosts: 0 ok, 1 moved, 1 gone, 1 unclear." in rest
    many = issue([Answer(f"https://a.org/{n}", State.GONE, "status 404") for n in range(500)], {})
    assert "- and 300 more" in many
