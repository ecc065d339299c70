"""A stand-in for GitHub: its pages, its token endpoint that says everything with 200, and its API."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from .stub_server import StubHandler, StubServer

CLIENT_ID = "Iv1.5b1e6a0c2d3f4a59"
ISSUER = "https://github.com/login/oauth"


@dataclass
class StandInGitHub:
    """Logs its one person in without asking; its fields say what it claims."""

    secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    issuer: str | None = ISSUER
    identifier: int = 9007199254740993
    login: str = "jana-n"
    organizations: tuple[str, ...] = ("City", "library")
    error_instead_of_token: str | None = None
    tokens_expire: bool = False
    api_is_down: bool = False
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    foreign_tokens: set[str] = field(default_factory=set)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def start(self) -> None:
        """Start serving."""
        git_hub = self

        class Handler(StubHandler):
            routes: ClassVar = {
                "/login/oauth/authorize": git_hub._authorize,
                "/api/v3/user": git_hub._user,
                "/api/v3/user/emails": git_hub._emails,
                "/api/v3/user/orgs": git_hub._orgs,
            }

            def do_GET(self) -> None:
                path, query = self.split()
                if git_hub.api_is_down and path.startswith("/api/"):
                    self.answer(503, {"message": "a bad minute"})
                    return
                route = self.routes.get(path)
                self.answer(*(route(query, self.headers.get("Authorization", "")) if route else (404, {})))

            def do_POST(self) -> None:
                path, _ = self.split()
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                if path == f"/api/v3/applications/{CLIENT_ID}/token":
                    self.answer(*git_hub._check(json.loads(body), self.headers.get("Authorization", "")))
                    return
                form = {name: values[0] for name, values in parse_qs(body).items()}
                is_json = "application/json" in self.headers.get("Accept", "")
                known = path == "/login/oauth/access_token" and is_json
                self.answer(*(git_hub._token(form) if known else (404, {})))

            def split(self) -> tuple[str, dict[str, str]]:
                parts = urlsplit(self.path)
                git_hub.requests.append(parts.path)
                return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

            def answer(self, status: int, body: object) -> None:
                content = b"" if status == 302 else json.dumps(body).encode()
                self.send(status, content, "application/json", {"Location": str(body)} if status == 302 else {})

        self._server = StubServer(Handler)
        self.endpoint = self._server.origin

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def _authorize(self, query: dict[str, str], _: str) -> tuple[int, object]:
        assert query["client_id"] == CLIENT_ID
        code = secrets.token_hex(10)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"]} | ({"iss": self.issuer} if self.issuer else {})
        return 302, query["redirect_uri"] + "?" + urlencode(answer)

    def _token(self, form: dict[str, str]) -> tuple[int, object]:
        if self.error_instead_of_token:
            return 200, {"error": self.error_instead_of_token, "error_description": "Not this time."}
        if form["grant_type"] == "refresh_token":
            scope = self.refresh_tokens.pop(form["refresh_token"], None)
            return 200, {"error": "bad_refresh_token"} if scope is None else self._issue(scope)
        asked = self.codes.pop(form.get("code", ""), None)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, self.secret):
            return 200, {"error": "incorrect_client_credentials"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return 200, {"error": "bad_verification_code"}
        return 200, self._issue(asked["scope"])

    def _issue(self, scope: str) -> dict[str, object]:
        token, refresh_token = "gho_" + secrets.token_hex(18), "ghr_" + secrets.token_hex(38)
        self.tokens[token] = scope
        answer: dict[str, object] = {"access_token": token, "scope": scope.replace(" ", ","), "token_type": "bearer"}
        if not self.tokens_expire:
            return answer
        self.refresh_tokens[refresh_token] = scope
        return answer | {"expires_in": 28800, "refresh_token": refresh_token, "refresh_token_expires_in": 15897600}

    def _check(self, body: dict[str, str], authorization: str) -> tuple[int, object]:
        credential = base64.b64encode(f"{CLIENT_ID}:{self.secret}".encode()).decode()
        if authorization != f"Basic {credential}":
            return 401, {"message": "Requires authentication"}
        if body["access_token"] not in self.tokens or body["access_token"] in self.foreign_tokens:
            return 404, {"message": "Not Found"}
        return 200, {"app": {"client_id": CLIENT_ID}, "user": {"id": self.identifier}, "expires_at": None}

    def token_of_this_app(self) -> str:
        """A token as somebody gets it who logs in with this app elsewhere."""
        token = "gho_" + secrets.token_hex(18)
        self.tokens[token] = "user:email"
        return token

    def token_of_another_app(self) -> str:
        """A token of the same person that the API takes as well as any."""
        token = self.token_of_this_app()
        self.foreign_tokens.add(token)
        return token

    def _user(self, _: dict[str, str], authorization: str) -> tuple[int, object]:
        if self._scope(authorization) is None:
            return 401, {"message": "Bad credentials"}
        return 200, {"id": self.identifier, "login": self.login, "name": "Jana Nováková", "email": "shown@example.org"}

    def _emails(self, _: dict[str, str], authorization: str) -> tuple[int, object]:
        if "user:email" not in (self._scope(authorization) or ""):
            return 403, {"message": "Resource not accessible by integration"}
        return 200, [
            {"email": "old@city.example", "primary": False, "verified": True},
            {"email": "jana@city.example", "primary": True, "verified": True},
        ]

    def _orgs(self, query: dict[str, str], authorization: str) -> tuple[int, object]:
        if "read:org" not in (self._scope(authorization) or ""):
            return 403, {"message": "You need at least read:org scope."}
        page = int(query.get("page", "1"))
        return 200, [{"login": name} for name in self.organizations[page - 1 : page]]

    def _scope(self, authorization: str) -> str | None:
        return self.tokens.get(authorization.removeprefix("Bearer "))

    def provider_file(self, identifier: str = "github", **more: object) -> dict[str, object]:
        """The provider file that tells Drawbridge of this GitHub."""
        return {
            "id": identifier,
            "type": "github",
            "name": "GitHub",
            "client_id": CLIENT_ID,
            "client_secret": self.secret,
            "endpoints": {
                "authorization": self.endpoint + "/login/oauth/authorize",
                "token": self.endpoint + "/login/oauth/access_token",
                "api": self.endpoint + "/api/v3",
            },
        } | more
