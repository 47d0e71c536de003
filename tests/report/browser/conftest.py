"""A real browser without a window, and pages opened in it; where there is none, its tests are skipped."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Error, Page, Request, sync_playwright
from tests.report.synthetic import make_run

from vilfredo.report.page.page import write_report

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Open = Callable[..., Page]


@pytest.fixture(scope="module")  # not longer: while it runs, nothing else in this process can use asyncio
def browser() -> Iterator[Browser]:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser is installed; looked for {', '.join(_BROWSERS)}")
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else _FLAGS
    with sync_playwright() as driver:
        try:
            browser = driver.chromium.launch(executable_path=found, args=flags)
        except Error as error:
            pytest.skip(f"{found} doesn't start: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open an address; whatever the page complains of, asks the network for, or pops up fails the test in the end."""
    contexts, problems = list[BrowserContext](), list[str]()

    def open_page(place: str | Path, width: int = 1280, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        address = place.as_uri() if isinstance(place, Path) else place
        _listen(page, address, problems)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def _listen(page: Page, address: str, problems: list[str]) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(message.text)

    def popped_up(dialog: Dialog) -> None:
        problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def asked(request: Request) -> None:
        if not request.url.startswith(address):
            problems.append(request.url)

    page.on("console", said)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", popped_up)
    page.on("request", asked)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("browser") / "run", 300)


@pytest.fixture(scope="session")
def report(run: Path) -> Path:
    return write_report(run)
