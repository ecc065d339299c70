"""A client's logout endpoint: it notes the tokens it is sent, and answers as it is told."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

from .broker import Broker
from .ports import wait_until

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Message:
    """One request."""

    method: str
    path: str
    content_type: str
    form: dict[str, list[str]]
    at: float = field(default_factory=time.monotonic)

    @property
    def token(self) -> str:
        """The logout token, which is all there is."""
        assert set(self.form) == {"logout_token"}, self.form
        (token,) = self.form["logout_token"]
        return token


class LogoutSite:
    """One origin; ``status`` is what it answers, ``answer`` overrules it with raw bytes."""

    def __init__(self, status: int = 200) -> None:
        """Take a port."""
        self.status = status
        self.headers: dict[str, str] = {}
        self.body = b""
        self.messages: list[Message] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.uri = f"{self.origin}/logged-out?from=broker"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Visitor(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Keep quiet."""

            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(parse_qs(content, strict_parsing=True))

            def _answer(self, form: dict[str, list[str]]) -> None:
                kind = self.headers.get("Content-Type", "")
                site.messages.append(Message(self.command, self.path, kind, form))
                self.send_response(site.status)
                for name, value in site.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(site.body)))
                self.end_headers()
                with suppress(ConnectionError):
                    self.wfile.write(site.body)

        return Visitor

    @contextmanager
    def open(self) -> Iterator[LogoutSite]:
        """Answer until the block ends."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        yield self
        self._server.shutdown()
        self._server.server_close()

    def wait_for(self, count: int = 1, seconds: float = 30) -> list[Message]:
        """The messages, once there are so many."""
        wait_until(lambda: len(self.messages) >= count, f"{count} messages at {self.origin}", seconds=seconds)
        return self.messages


@contextmanager
def mute_site() -> Iterator[tuple[str, list[socket.socket]]]:
    """An origin that takes connections and never says anything, and who has come."""
    listener = socket.create_server(("127.0.0.1", 0))
    visitors: list[socket.socket] = []

    def receive() -> None:
        while True:
            try:
                visitors.append(listener.accept()[0])
            except OSError:
                return

    threading.Thread(target=receive, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/logged-out", visitors
    listener.close()
    for visitor in visitors:
        visitor.close()


def verified_logout_token(broker: Broker, token: str, client_id: str, algorithm: str = "RS256") -> dict[str, object]:
    """The claims of a logout token, judged by OIDC Back-Channel Logout §2.6 with a library of another author."""
    keys = KeySet.import_key_set(httpx.get(broker.url("/oauth2/jwks")).json())
    judged = jwt.decode(token, keys, algorithms=[algorithm])
    assert judged.header["typ"] == "logout+jwt"
    assert judged.header["alg"] == algorithm
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": broker.issuer},
        aud={"essential": True, "value": client_id},
        iat={"essential": True},
        exp={"essential": True},
        jti={"essential": True},
        events={"essential": True, "value": {EVENT: {}}},
    )
    registry.validate(judged.claims)
    assert "nonce" not in judged.claims
    assert "sub" in judged.claims or "sid" in judged.claims
    assert judged.claims["exp"] - judged.claims["iat"] <= 120
    return judged.claims
