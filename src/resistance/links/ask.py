"""Asks other hosts whether an address still leads somewhere: one request at a time to a host, slowly, and named."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

import httpx

import resistance
from resistance.references.http import retry_after, tls
from resistance.references.settings import Settings

_GONE = (404, 410)
_PERMANENT = (301, 308)
# A host that refuses to say without the body, or does not know the question.
_ASK_AGAIN = (400, 403, 405, 406, 501)
_HOSTS_AT_ONCE = 8
# After this many addresses in a row without an answer a host is left alone for this time.
_GIVE_UP_AFTER = 3
_SILENCE = ("no answer", "no connection")


class State(StrEnum):
    """``gone`` is for somebody to mend; ``unclear`` is what a host would not or could not say today."""

    OK = "ok"
    MOVED = "moved"
    GONE = "gone"
    UNCLEAR = "unclear"


@dataclass(frozen=True, order=True)
class Answer:
    """What came of one address; ``detail`` is the new address of what has moved, or the reason."""

    address: str
    state: State
    detail: str = ""


def ask_all(
    addresses: Iterable[str], settings: Settings, interval: float, sleep: Callable[[float], None] = time.sleep
) -> list[Answer]:
    """The answer for each address, in their order.

    Parameters
    ----------
    settings : who asks, how long one waits for an answer, and how often it is tried
    interval : least time between two requests to one host, in seconds
    sleep : called with the seconds to wait
    """
    by_host: dict[str, list[str]] = {}
    for address in addresses:
        by_host.setdefault(urlsplit(address).netloc, []).append(address)
    contact = f"; mailto:{settings.contact}" if settings.contact else ""
    agent = f"resistance/{resistance.__version__} (link check of a living review{contact})"
    with (
        httpx.Client(
            timeout=settings.timeout, follow_redirects=True, headers={"User-Agent": agent}, verify=tls()
        ) as client,
        ThreadPoolExecutor(_HOSTS_AT_ONCE) as pool,
    ):
        answers = pool.map(lambda each: _Host(client, settings, interval, sleep).ask(each), by_host.values())
        return sorted(answer for of_host in answers for answer in of_host)


class _Host:
    """The addresses of one host, one after another."""

    def __init__(
        self, client: httpx.Client, settings: Settings, interval: float, sleep: Callable[[float], None]
    ) -> None:
        self._client, self._settings, self._interval, self._sleep = client, settings, interval, sleep
        self._asked = False

    def ask(self, addresses: list[str]) -> list[Answer]:
        answers: list[Answer] = []
        silent = 0
        for address in addresses:
            if silent >= _GIVE_UP_AFTER:
                answers.append(Answer(address, State.UNCLEAR, "its host gave no answer and was left alone"))
                continue
            answer = self._one(address)
            silent = silent + 1 if answer.detail.startswith(_SILENCE) else 0
            answers.append(answer)
        return answers

    def _one(self, address: str) -> Answer:
        """An answer after as many attempts as the settings allow; what a host says for good is believed at once."""
        reason, wait = "", 0.0
        for attempt in range(max(1, self._settings.attempts)):
            if wait:
                self._sleep(wait)
            wait = self._settings.backoff * 2**attempt
            try:
                response = self._request("HEAD", address)
                if response.status_code in (*_ASK_AGAIN, *_GONE):  # some say so of HEAD alone
                    response = self._request("GET", address)
            except httpx.TimeoutException:
                reason = f"no answer within {self._settings.timeout:g} s"
                continue
            except httpx.TooManyRedirects:
                return Answer(address, State.UNCLEAR, "it leads round a circle")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                reason = f"no connection ({type(error).__name__})"
                continue
            status = response.status_code
            if response.is_success:
                moved = response.history and all(step.status_code in _PERMANENT for step in response.history)
                return Answer(address, State.MOVED, str(response.url)) if moved else Answer(address, State.OK)
            reason = f"status {status}"
            if status in _GONE:
                return Answer(address, State.GONE, reason)
            if status != 429 and status < 500:
                break
            asked = retry_after(response)
            if asked is not None and asked > self._settings.longest_wait:
                break
            wait = wait if asked is None else asked
        return Answer(address, State.UNCLEAR, reason)

    def _request(self, method: str, address: str) -> httpx.Response:
        """One request; the body of an answer is not fetched."""
        if self._asked:
            self._sleep(self._interval)
        self._asked = True
        with self._client.stream(method, address) as response:
            return response
