"""Somebody with a browser of their own: cookies, forms, redirects followed by hand."""

from __future__ import annotations

from types import TracebackType
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from .forms import Form, Page, read_page
from .ledger import Ledger

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"


def query_of(url: str) -> dict[str, str]:
    """The query of ``url``; a parameter that occurs twice is a failure."""
    values = parse_qs(urlsplit(url).query, keep_blank_values=True)
    repeated = [name for name, found in values.items() if len(found) > 1]
    assert not repeated, f"{repeated} occur twice in {url}"
    return {name: found[0] for name, found in values.items()}


class Person:
    """One cookie jar, one person."""

    def __init__(self, ledger: Ledger | None = None, language: str = "en") -> None:
        """A fresh browser profile."""
        self.http = httpx.Client(
            follow_redirects=False, timeout=30, headers={"Accept": HTML, "Accept-Language": language}
        )
        self.ledger = ledger or Ledger()

    def __enter__(self) -> Person:
        """Open for a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.http.close()

    def cookie(self, name: str) -> str | None:
        """A cookie that ``localhost`` has set; upstream brokers live on 127.0.0.1."""
        found = [cookie for cookie in self.http.cookies.jar if cookie.name == name]
        return next((cookie.value for cookie in found if cookie.domain == "localhost.local"), None)

    def get(self, url: str, **options: object) -> httpx.Response:
        """One GET, redirects not followed."""
        return self._noted(self.http.get(url, **options))

    def post(self, url: str, **options: object) -> httpx.Response:
        """One POST, redirects not followed."""
        return self._noted(self.http.post(url, **options))

    def open(self, url: str, stop_at: str | None = None) -> httpx.Response:
        """GET and follow redirects; stop before one that leads to ``stop_at``."""
        return self.follow(self.get(url), stop_at)

    def follow(self, response: httpx.Response, stop_at: str | None = None) -> httpx.Response:
        """Follow redirects from ``response``; stop before one that leads to ``stop_at``."""
        for _ in range(20):
            if not response.is_redirect:
                return response
            target = location_of(response)
            if stop_at is not None and target.startswith(stop_at):
                return response
            response = self.get(target)
        raise AssertionError("redirected in circles")

    def submit(
        self,
        response: httpx.Response,
        form: Form,
        fields: dict[str, str],
        stop_at: str | None = None,
    ) -> httpx.Response:
        """Fill ``form`` of the page ``response`` with ``fields``, send it and follow."""
        target = urljoin(str(response.url), form.action)
        values = form.fields | fields
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(target))
        if form.method == "get":
            return self.follow(self.get(target, params=values), stop_at)
        return self.follow(self.post(target, data=values, headers={"Origin": origin}), stop_at)

    def _noted(self, response: httpx.Response) -> httpx.Response:
        for name, value in response.cookies.items():
            if name.endswith(("drawbridge-browser", "drawbridge-session")):
                self.ledger.note(f"cookie {name}", value)
        return response


def location_of(response: httpx.Response) -> str:
    """Where a redirect leads, made absolute."""
    assert response.is_redirect, f"expected a redirect, got {response.status_code}: {response.text[:500]}"
    return urljoin(str(response.url), response.headers["location"])


def page_of(response: httpx.Response) -> Page:
    """The page in ``response``, which has to be HTML."""
    assert response.headers.get("content-type", "").startswith("text/html"), response.headers
    return read_page(response.text)
