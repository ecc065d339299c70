"""The operator's own page on which a person gets verified, at another address than the broker's."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class VerificationSite:
    """A page with one button; pressing it verifies, and leads back to where the visitor came from."""

    def __init__(self) -> None:
        """Start serving."""
        self.verify: Callable[[], object] = lambda: None
        self.referrers: list[str | None] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
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
                content = body.encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}/verify?from=drawbridge"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
