"""Debian's Chromium, driven by Playwright; every page is watched for what must not happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

EXECUTABLE = "/usr/bin/chromium"
LOOPBACK = {"localhost", "127.0.0.1"}


@dataclass
class Watch:
    """A page, and everything about it that should have stayed away."""

    page: Page
    console: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin to listen."""
        self.page.on("console", lambda message: message.type in ("error", "warning") and self._note(message.text))
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("request", lambda request: self._see(request.url))

    def _note(self, text: str) -> None:
        self.console.append(f"{self.page.url}: {text}")

    def _see(self, url: str) -> None:
        if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname not in LOOPBACK:
            self.strangers.append(url)

    def assert_clean(self) -> None:
        """No console error (policy violations show there) and no request to another host."""
        assert self.console == []
        assert self.strangers == []

    def assert_accessible(self) -> None:
        """axe finds nothing on the page as it is now."""
        violations = Axe().run(self.page).response["violations"]
        found = [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in violations]
        assert found == [], found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def somebody(browser: Browser, **settings: object) -> Iterator[Watch]:
    """A context of its own: another person, another browser."""
    context = browser.new_context(**settings)
    context.set_default_timeout(15_000)
    yield Watch(context.new_page())
    context.close()
