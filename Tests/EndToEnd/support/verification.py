"""The operator's own page on which a person gets verified, at another address than the broker's."""

from __future__ import annotations

import html
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from .stub_server import StubHandler, StubServer


class VerificationSite:
    """A page with one button; pressing it verifies, and leads back to where the visitor came from."""

    def __init__(self) -> None:
        """Start serving."""
        self.verify: Callable[[], object] = lambda: None
        self.referrers: list[str | None] = []
        site = self

        class Handler(StubHandler):
            def do_GET(self) -> None:
                # A browser asks for a favicon as well.
                if self.path.startswith("/verify"):
                    site.referrers.append(self.headers.get("Referer"))
                target = html.escape(self.path)
                body = (
                    "<!doctype html><html lang=en><title>Verification</title>"
                    f"<h1>Show your identity card</h1><form method=post action='{target}'>"
                    "<button>Here it is</button></form>"
                )
                self.answer(200, body, {})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                site.verify()
                back = parse_qs(urlsplit(self.path).query)["return_to"][0]
                self.answer(303, "", {"Location": back})

            def answer(self, status: int, body: str, headers: dict[str, str]) -> None:
                self.send(status, body.encode(), "text/html; charset=utf-8", headers)

        self._server = StubServer(Handler)
        self.address = f"{self._server.origin}/verify?from=drawbridge"

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()
