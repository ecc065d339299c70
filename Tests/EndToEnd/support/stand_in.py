"""A stand-in for a pool: its key is ours, so every claim can be bent, and it can be told to misbehave."""

from __future__ import annotations

import json
import threading
import time
import uuid
from enum import Enum

from .forgery import SigningKey
from .pool import UpstreamTokens
from .stub_server import StubHandler, StubServer

CLIENT_ID = "stand-in-app-client"
ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_StandIn"
SUBJECT = "5f0c6a3e-6f1d-4a55-9a76-0d2a1b3c4d5e"


class Mood(Enum):
    """How the pool's API answers."""

    WELL = "well"
    BROKEN = "broken"
    SILENT = "silent"
    REFUSING = "refusing"
    MISTAKEN = "mistaken"


class StandInPool:
    """Publishes a key set, makes tokens to measure, and refreshes according to its mood."""

    def __init__(self) -> None:
        """Start serving."""
        self.keys = [SigningKey("stand-in-1")]
        self.mood = Mood.WELL
        self.key_set_requests = 0
        self.refreshes = 0
        self._closing = threading.Event()
        pool = self

        class Handler(StubHandler):
            def do_GET(self) -> None:
                pool.key_set_requests += 1
                self.answer(200, {"keys": [key.public_jwk() for key in pool.keys]})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.answer(*pool._refresh())

            def answer(self, status: int, body: dict[str, object]) -> None:
                self.send(status, json.dumps(body).encode(), "application/json")

        self._server = StubServer(Handler)
        self.endpoint = self._server.origin

    def stop(self) -> None:
        """Stop serving."""
        self._closing.set()
        self._server.stop()

    @property
    def key(self) -> SigningKey:
        """The newest key."""
        return self.keys[-1]

    def _refresh(self) -> tuple[int, dict[str, object]]:
        self.refreshes += 1
        refused = {"__type": "NotAuthorizedException", "message": "Refresh Token has been revoked"}
        match self.mood:
            case Mood.BROKEN:
                return 500, {"__type": "InternalErrorException", "message": "a bad minute"}
            case Mood.REFUSING:
                return 400, refused
            case Mood.SILENT:
                self._closing.wait(120)
                return 500, {}
            case Mood.MISTAKEN:
                return 200, self._result(self.good_tokens(sub="somebody-else"))
            case Mood.WELL:
                time.sleep(0.2)
                return 200, self._result(self.good_tokens())

    @staticmethod
    def _result(tokens: UpstreamTokens) -> dict[str, object]:
        result = {"AccessToken": tokens.access_token, "IdToken": tokens.id_token}
        return {"AuthenticationResult": result | {"ExpiresIn": 3600, "TokenType": "Bearer"}}

    def access_claims(self, **changes: object) -> dict[str, object]:
        """Claims of a good access token, bent; ``None`` leaves one out."""
        return self._claims("access", {"client_id": CLIENT_ID, "username": "stand-in", "scope": "openid"} | changes)

    def id_claims(self, **changes: object) -> dict[str, object]:
        """Claims of a good ID token, bent; ``None`` leaves one out."""
        own = {"aud": CLIENT_ID, "cognito:username": "stand-in", "email": "stand-in@pool.example"}
        return self._claims("id", own | changes)

    def good_tokens(self, **changes: object) -> UpstreamTokens:
        """A pair signed with the newest key, both with the same ``changes``."""
        access, identity = self.access_claims(**changes), self.id_claims(**changes)
        return UpstreamTokens(self.key.sign(access), self.key.sign(identity), uuid.uuid4().hex)

    @staticmethod
    def _claims(token_use: str, rest: dict[str, object]) -> dict[str, object]:
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": ISSUER,
            "sub": SUBJECT,
            "token_use": token_use,
            "iat": now,
            "auth_time": now,
            "exp": now + 3600,
            "jti": str(uuid.uuid4()),
        }
        return {name: value for name, value in (claims | rest).items() if value is not None}

    def provider_file(self, identifier: str = "stand-in") -> dict[str, object]:
        """The provider file that tells Drawbridge of this pool."""
        return {
            "id": identifier,
            "type": "cognito",
            "name": "Stand-in",
            "issuer": ISSUER,
            "client_id": CLIENT_ID,
            "endpoints": {"jwks": self.endpoint + "/jwks.json", "api": self.endpoint + "/"},
        }
