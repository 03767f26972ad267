"""Polite requests to the registries: at a steady pace, conditional, patient with failures, and named."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

import httpx

import resistance
from resistance.references.record import Record
from resistance.references.settings import Settings
from resistance.references.state import State

CROSSREF, PUBMED, EUROPE_PMC = "Crossref", "PubMed", "Europe PMC"
_NOT_MODIFIED, _NOT_FOUND, _TOO_MANY = 304, 404, 429
# After this many works in a row without an answer, a service is left alone for the rest of the run.
_GIVE_UP_AFTER = 3

Answer = TypeVar("Answer")


class ServiceError(Exception):
    """A registry that gave no usable answer: ``service`` is its name, ``reason`` what happened."""

    def __init__(self, service: str, reason: str):
        self.service, self.reason = service, reason
        super().__init__(f"{service}: {reason}")


class Client:
    """Asks the registries; use it as a context manager, which closes the state as well.

    Parameters
    ----------
    settings : addresses and limits
    state : validators of earlier answers
    sleep : called with the seconds to wait
    """

    def __init__(self, settings: Settings, state: State, sleep: Callable[[float], None] = time.sleep):
        self.settings, self.state = settings, state
        self.requests = 0
        self._sleep = sleep
        self._bases = {CROSSREF: settings.crossref, PUBMED: settings.pubmed, EUROPE_PMC: settings.europe_pmc}
        self._last: dict[str, float] = {}
        self._failures: dict[str, list[str]] = {}
        contact = f"; mailto:{settings.contact}" if settings.contact else ""
        agent = f"resistance/{resistance.__version__} (living review{contact})"
        headers = {"User-Agent": agent}
        self._http = httpx.Client(timeout=settings.timeout, follow_redirects=True, headers=headers, verify=tls())

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self.state.close()

    def address(self, service: str, path: str, query: dict[str, str] | None = None) -> str:
        """Address of a resource of a service, as it is recorded in the snapshot: without the contact address."""
        return f"{self._bases[service]}/{path}" + (f"?{urlencode(query)}" if query else "")

    def record(
        self, service: str, address: str, parse: Callable[[Any], Record | None], as_json: bool = True
    ) -> Record | None:
        """The record at ``address``; the kept one if the service says that it is unchanged.

        Parameters
        ----------
        service, address : where to ask
        parse : makes a record of the decoded JSON (or of the text), ``None`` if the answer holds none
        as_json : whether the service answers in JSON

        Returns
        -------
        Record or None
            ``None`` if the service knows no such work.

        Raises
        ------
        ServiceError
            If the service gives no answer, or one that ``parse`` cannot read.
        """
        kept, conditions = self.state.kept(address) or (None, {})
        response = self._ask(service, address, conditions)
        if response.status_code == _NOT_MODIFIED and kept:
            self._failures.pop(service, None)
            return kept
        found = self._read(service, response, parse, as_json)
        if found is not None:
            headers = response.headers
            self.state.keep(address, headers.get("ETag", ""), headers.get("Last-Modified", ""), found)
        return found

    def fetch(self, service: str, address: str, parse: Callable[[Any], Answer]) -> Answer | None:
        """What ``parse`` makes of the JSON at ``address``; ``None`` if there is nothing. Raises as :meth:`record`."""
        return self._read(service, self._ask(service, address, {}), parse, as_json=True)

    def _read(
        self, service: str, response: httpx.Response, parse: Callable[[Any], Answer], as_json: bool
    ) -> Answer | None:
        if response.status_code == _NOT_FOUND:
            self._failures.pop(service, None)
            return None
        try:
            answer = parse(json.loads(response.text) if as_json else response.text)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            reason = f"its answer cannot be read ({type(error).__name__}: {error})"
            raise self._failed(service, reason) from error
        self._failures.pop(service, None)
        return answer

    def _ask(self, service: str, address: str, headers: dict[str, str]) -> httpx.Response:
        """A response with status 200, 304 or 404, after as many attempts as the settings allow."""
        earlier = self._failures.get(service, [])
        if len(earlier) >= _GIVE_UP_AFTER:
            raise ServiceError(service, earlier[-1])
        reason, wait = "", 0.0
        for attempt in range(max(1, self.settings.attempts)):
            if wait:
                self._sleep(wait)
            wait = self.settings.backoff * 2**attempt
            self._pace(service)
            try:
                response = self._http.get(self._signed(service, address), headers=headers)
            except httpx.TimeoutException:
                reason = f"no answer within {self.settings.timeout:g} s"
                continue
            except httpx.HTTPError as error:
                reason = f"no connection ({error})"
                continue
            status = response.status_code
            if status in (200, _NOT_MODIFIED, _NOT_FOUND):
                return response
            reason = f"it answered with status {status}"
            if status != _TOO_MANY and status < 500:
                break
            asked = retry_after(response)
            if asked is not None and asked > self.settings.longest_wait:
                reason += f" and asks to wait {asked:.0f} s"
                break
            wait = wait if asked is None else asked
        raise self._failed(service, reason)

    def _failed(self, service: str, reason: str) -> ServiceError:
        self._failures.setdefault(service, []).append(reason)
        return ServiceError(service, reason)

    def _pace(self, service: str) -> None:
        """Keep the least time between two requests to one service."""
        now = time.monotonic()
        early = self._last.get(service, -self.settings.interval) + self.settings.interval - now
        if early > 0:
            self._sleep(early)
        self._last[service] = time.monotonic()
        self.requests += 1

    def _signed(self, service: str, address: str) -> str:
        """The address with what the service asks its users to say about themselves."""
        contact = self.settings.contact
        if service == PUBMED:
            said = {"tool": "resistance", **({"email": contact} if contact else {})}
        elif service == CROSSREF and contact:
            said = {"mailto": contact}
        else:
            return address
        return f"{address}{'&' if '?' in address else '?'}{urlencode(said)}"


@cache
def tls() -> ssl.SSLContext:
    """The certificates of the machine, read once: that takes longer than many a request."""
    return httpx.create_ssl_context()


def retry_after(response: httpx.Response) -> float | None:
    """Seconds that a response asks to wait, given as a number or as a date; ``None`` if it does not."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()) if value else None
    except (TypeError, ValueError):
        return None
