"""One server and one browser a session; a context for each width, colour mode and JavaScript setting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from . import built
from .browsing import browser_path, new_context, start_server

Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def site() -> Path:
    """Folder of the built site."""
    return built.require()


@pytest.fixture(scope="session")
def home(site: Path) -> Iterator[str]:
    """Address of the served site, under the same path as the published one."""
    server, address = start_server(site, built.prefix())
    yield address
    server.shutdown()


@pytest.fixture(scope="session")
def disk(site: Path) -> str:
    """Address of the site on disk."""
    return site.as_uri() + "/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium that can reach no other host."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser_path(playwright),
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Contexts:
    """Contexts by width, colour mode and JavaScript; the same one is given again."""
    made: dict[tuple[int, str, bool], BrowserContext] = {}

    def get(width: int = 1280, scheme: str = "light", js: bool = True) -> BrowserContext:
        key = (width, scheme, js)
        if key not in made:
            made[key] = new_context(browser, width, scheme, js)
        return made[key]

    return get


@pytest.fixture(scope="session")
def again(browser: Browser) -> Callable[[bool], BrowserContext]:
    """A context with and one without JavaScript for visits that set their window and empty it themselves."""
    made: dict[bool, BrowserContext] = {}

    def get(js: bool) -> BrowserContext:
        if js not in made:
            made[js] = new_context(browser, 1280, "light", js)
        return made[js]

    return get


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Contexts]:
    """Contexts that no other test has used: nothing stored, nothing cached."""
    made: list[BrowserContext] = []

    def get(width: int = 1280, scheme: str = "light", js: bool = True) -> BrowserContext:
        made.append(new_context(browser, width, scheme, js))
        return made[-1]

    yield get
    for context in made:
        context.close()
