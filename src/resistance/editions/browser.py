"""Finds a Chromium, which prints the editions and tests the site; ``--install`` gets one, or says how to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HELP = (
    "No Chromium was found. On Debian or Ubuntu: apt-get install chromium. Elsewhere: .venv/bin/playwright install "
    "chromium, or set RESISTANCE_BROWSER to the path of a Chromium or Chrome."
)


def find_browser(playwright: Any = None) -> str | None:
    """Path of a browser: ``RESISTANCE_BROWSER``, one on the PATH, or the one that Playwright installed.

    ``playwright`` is a running one, if there is: a second cannot be started beside it.
    """
    chosen = os.environ.get("RESISTANCE_BROWSER")
    if chosen:
        return chosen if Path(chosen).exists() else None
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    if playwright is not None:
        path = playwright.chromium.executable_path
        return path if Path(path).exists() else None
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:
        return None
    return path if Path(path).exists() else None


def install() -> None:
    """Install a Chromium: from the distribution where we may, else Playwright's own build."""
    attempts: list[list[list[str]]] = []
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts.append([["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]])
    attempts.append([[sys.executable, "-m", "playwright", "install", "chromium"]])
    for commands in attempts:
        print("Getting a browser:", " && ".join(" ".join(command) for command in commands), flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        if all(subprocess.run(c, env=environment, stdout=subprocess.DEVNULL).returncode == 0 for c in commands):
            return


def main() -> int:
    """Exit status 0 if there is a browser, 1 with a remedy if not."""
    if find_browser() is None and "--install" in sys.argv:
        install()
    browser = find_browser()
    if browser is None:
        print(HELP, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
