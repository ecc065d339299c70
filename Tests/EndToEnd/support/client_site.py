"""A client's own web site: its callback notes what it got and sends the browser on to another origin."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

Answer = tuple[str, dict[str, list[str]]]


class ClientSite:
    """Two origins: the callback's, and the one that people come to in the end."""

    def __init__(self) -> None:
        """Take a port for each."""
        self.answers: list[Answer] = []
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), self._handler()) for _ in range(2)]
        self.callback = f"http://127.0.0.1:{self._servers[0].server_port}/callback"
        self.home = f"http://localhost:{self._servers[1].server_port}/home"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Visitor(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Keep quiet."""

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                self._answer(url.path, url.query)

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(urlsplit(self.path).path, content)

            def _answer(self, path: str, parameters: str) -> None:
                if path == "/callback":
                    site.answers.append((self.command, parse_qs(parameters)))
                    self.send_response(303)
                    self.send_header("Location", site.home)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                content = b"<!doctype html><title>Home</title><h1>Welcome</h1>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        return Visitor

    @contextmanager
    def open(self) -> Iterator[ClientSite]:
        """Answer until the block ends."""
        for server in self._servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield self
        for server in self._servers:
            server.shutdown()
            server.server_close()
