"""A client's side of the code flow, spelled out so that every parameter can be bent."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from .broker import Broker, Service
from .person import location_of, query_of


def challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Authorization:
    """One authorization request and what its client keeps to itself."""

    broker: Broker
    service: Service
    verifier: str
    state: str
    nonce: str
    parameters: dict[str, str | list[str]]

    @property
    def url(self) -> str:
        """Where the client sends the browser."""
        return self.broker.url("/oauth2/authorize") + "?" + urlencode(self.parameters, doseq=True)

    def code_from(self, response: httpx.Response) -> str:
        """The code in a redirect back to the client; checks everything that comes with it."""
        target = location_of(response)
        answer = query_of(target)
        assert response.status_code == 303
        assert target.startswith(self.service.redirect_uri + "?"), target
        assert set(answer) == {"code", "state", "iss"}, target
        assert answer["state"] == self.state
        assert answer["iss"] == self.broker.issuer
        self.broker.ledger.note("code", answer["code"])
        return answer["code"]

    def error_from(self, response: httpx.Response) -> str:
        """The error in a redirect back to the client; checks everything that comes with it."""
        target = location_of(response)
        answer = query_of(target)
        assert target.startswith(self.service.redirect_uri + "?"), target
        assert "code" not in answer
        assert answer["state"] == self.state
        assert answer["iss"] == self.broker.issuer
        return answer["error"]

    def redeem(self, code: str, **changes: str | None) -> httpx.Response:
        """Redeem ``code`` as the client would; ``changes`` bend the form, ``None`` leaves a field out."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.service.redirect_uri,
            "code_verifier": self.verifier,
        } | changes
        return token_request(self.broker, self.service, form)

    def tokens_for(self, code: str) -> dict[str, str]:
        """Redeem ``code`` with success."""
        answer = self.redeem(code)
        assert answer.status_code == 200, answer.text
        return noted_tokens(self.broker, answer)


def authorization(broker: Broker, service: Service, **changes: str | list[str] | None) -> Authorization:
    """A good authorization request; ``changes`` bend its parameters, a list repeats one, ``None`` leaves one out."""
    verifier, state, nonce = (secrets.token_urlsafe(size) for size in (48, 24, 24))
    parameters: dict[str, str | list[str] | None] = {
        "response_type": "code",
        "client_id": service.client_id,
        "redirect_uri": service.redirect_uri,
        "scope": service.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    } | changes
    present = {name: value for name, value in parameters.items() if value is not None}
    broker.ledger.note("verifier", verifier)
    broker.ledger.note("state", present.get("state"))
    return Authorization(broker, service, verifier, present.get("state", ""), present.get("nonce", ""), present)


def token_request(
    broker: Broker,
    service: Service,
    form: dict[str, str | None],
    method: str | None = None,
) -> httpx.Response:
    """POST to the token endpoint, authenticated by ``method`` or the client's usual one."""
    method = method or ("none" if service.secret is None else "client_secret_basic")
    body = {name: value for name, value in form.items() if value is not None}
    if method != "client_secret_basic":
        body["client_id"] = service.client_id
    if method == "client_secret_post":
        body["client_secret"] = service.secret or ""
    auth = service.basic if method == "client_secret_basic" else None
    return httpx.post(broker.url("/oauth2/token"), data=body, auth=auth, timeout=30)


def noted_tokens(broker: Broker, answer: httpx.Response) -> dict[str, str]:
    """The token response, its tokens remembered as secrets."""
    tokens = answer.json()
    for kind in ("access_token", "refresh_token", "id_token"):
        broker.ledger.note(kind, tokens.get(kind))
    return tokens


def refresh(broker: Broker, service: Service, refresh_token: str, **changes: str | None) -> httpx.Response:
    """Redeem a refresh token."""
    form: dict[str, str | None] = {"grant_type": "refresh_token", "refresh_token": refresh_token} | changes
    return token_request(broker, service, form)


def userinfo(broker: Broker, access_token: str) -> httpx.Response:
    """Ask who the token speaks for."""
    return httpx.get(broker.url("/oauth2/userinfo"), headers={"Authorization": f"Bearer {access_token}"}, timeout=30)


def unverified_claims(token: str) -> dict[str, object]:
    """The claims of a JWT, for comparison only."""
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
