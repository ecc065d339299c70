"""An OpenID provider whose every answer can be bent, down to the bytes on the wire."""

from __future__ import annotations

import json
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx

from .certificate import Certificate
from .forgery import SigningKey
from .oauth import Authorization
from .person import Person, location_of, query_of

CLIENT_ID = "drawbridge-at-the-liar"
SUBJECT = "liar-person-1"
DISCOVERY = "/.well-known/openid-configuration"
KEYS, TOKEN, USERINFO = "/keys", "/token", "/userinfo"

Speech = Callable[["Visitor"], None]


class Visitor(BaseHTTPRequestHandler):
    """One request to the provider, and ways to answer it badly."""

    protocol_version = "HTTP/1.1"
    provider: LyingProvider
    form: dict[str, str]

    def setup(self) -> None:
        """Count the connection."""
        super().setup()
        self.provider.open_connections.add(self)

    def finish(self) -> None:
        """Count it no longer."""
        self.provider.open_connections.discard(self)
        super().finish()

    def do_GET(self) -> None:
        """Answer as the provider was told to."""
        self.provider.serve(self)

    do_POST = do_GET

    def say(self, status: int, body: bytes, **headers: str) -> None:
        """One whole answer."""
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body))}.items():
            if name.replace("-", "_") not in headers:
                self.send_header(name, value)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Bytes, whatever HTTP thinks of them."""
        self.close_connection = True
        self.wfile.write(data)
        self.wfile.flush()

    def forever(self, data: bytes, pause: float = 0) -> None:
        """The same bytes until the other side has had enough or the provider stops."""
        while not self.provider.stopping.wait(pause):
            self.raw(data)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request: object, client_address: object) -> None:
        """A broker that hangs up is the point of it all."""


class LyingProvider:
    """Serves metadata, keys, tokens and userinfo; honest unless ``speeches`` or ``claims`` say otherwise."""

    def __init__(self, identifier: str, key: SigningKey, certificate: Certificate | None = None) -> None:
        """Start serving on a loopback port."""
        self.id = identifier
        self.keys = [key]
        self.speeches: dict[str, Speech] = {}
        self.claims: dict[str, object] = {}
        self.answer: dict[str, object] = {}
        self.metadata: dict[str, object] = {}
        self.token: Callable[[dict[str, object]], str] = lambda claims: self.keys[-1].sign(claims)
        self.requests: list[str] = []
        self.open_connections: set[Visitor] = set()
        self.stopping = threading.Event()
        self._nonces: dict[str, str] = {}
        handler = type("Handler", (Visitor,), {"provider": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.chain, certificate.key)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            scheme = "https"
        self.issuer = f"{scheme}://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def provider_file(self, **changes: object) -> dict[str, object]:
        """The provider file that tells Drawbridge of this provider."""
        return {
            "id": self.id,
            "type": "oidc",
            "name": f"The {self.id.title()} Company",
            "issuer": self.issuer,
            "client_id": CLIENT_ID,
            "client_secret": "only-the-liar-knows-it",
        } | changes

    def serve(self, visitor: Visitor) -> None:
        """Answer ``visitor`` by the speech for its path, or honestly."""
        length = int(visitor.headers.get("Content-Length", "0"))
        sent = parse_qs(visitor.rfile.read(length).decode())
        visitor.form = {name: values[0] for name, values in sent.items()}
        path = visitor.path.partition("?")[0]
        self.requests.append(path)
        speech = self.speeches.get(path)
        if speech is not None:
            speech(visitor)
            return
        honest = {DISCOVERY: self._discovery, KEYS: self._keys, TOKEN: self._token, USERINFO: self._userinfo}
        visitor.say(200, json.dumps(honest[path](visitor.form)).encode())

    def count(self, path: str) -> int:
        """How often ``path`` was asked for."""
        return self.requests.count(path)

    def _discovery(self, _: dict[str, str]) -> dict[str, object]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + TOKEN,
            "userinfo_endpoint": self.issuer + USERINFO,
            "jwks_uri": self.issuer + KEYS,
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256"],
        } | self.metadata

    def _keys(self, _: dict[str, str]) -> dict[str, object]:
        return {"keys": [key.public_jwk() for key in self.keys]}

    def _token(self, form: dict[str, str]) -> dict[str, object]:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": SUBJECT,
            "nonce": self._nonces.get(form.get("code", "")),
            "iat": now,
            "exp": now + 600,
        } | self.claims
        present = {name: value for name, value in claims.items() if value is not None}
        answer = {
            "access_token": f"liar-access-{uuid.uuid4()}",
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.token(present),
        } | self.answer
        return {name: value for name, value in answer.items() if value is not None}

    def _userinfo(self, _: dict[str, str]) -> dict[str, object]:
        return {"sub": SUBJECT, "name": "Ľudmila Nováková"}

    def begin(self, person: Person, request: Authorization) -> dict[str, str]:
        """From the client's link to this provider's door: what the broker asks of it."""
        response = person.open(request.url, self.issuer)
        assert location_of(response).startswith(self.issuer + "/authorize?"), response.text[:300]
        return query_of(location_of(response))

    def callback(self, person: Person, request: Authorization, asked: dict[str, str], **options: object) -> str:
        """The address to which the provider sends the browser back."""
        code = f"liar-code-{uuid.uuid4()}"
        request.broker.ledger.note("upstream code", code)
        self._nonces[code] = asked["nonce"]
        query = httpx.QueryParams({"code": code, "state": asked["state"]} | options)
        return f"{asked['redirect_uri']}?{query}"

    def log_in(self, person: Person, request: Authorization) -> httpx.Response:
        """A whole login: the broker's answer once the browser is back from the provider."""
        asked = self.begin(person, request)
        return person.follow(person.get(self.callback(person, request, asked)), request.service.redirect_uri)


def silent(visitor: Visitor) -> None:
    """Say nothing for as long as the provider lives."""
    visitor.provider.stopping.wait(120)
    visitor.close_connection = True
