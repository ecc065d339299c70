"""The clients under load."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

REDIRECT_URI = "http://127.0.0.1:9/callback"
SECRET = "benchmark-secret-of-no-worth"
VERIFIER = "benchmark-verifier-benchmark-verifier-benchmark"


@dataclass(frozen=True)
class Service:
    """A confidential first-party client (client_secret_basic)."""

    profile: str
    algorithm: str
    scope: str

    @property
    def id(self) -> str:
        """The client id."""
        return f"{self.profile}-{self.algorithm}-{'openid' if self.has_id_token else 'plain'}".lower()

    @property
    def has_id_token(self) -> bool:
        """Whether the scope asks for an ID token."""
        return "openid" in self.scope.split()

    @property
    def signatures(self) -> int:
        """Signatures in one answer of the token endpoint: the ID token's, and a JWT access token's."""
        return int(self.has_id_token) + int(self.profile == "jwt")

    @property
    def title(self) -> str:
        """What the tables call it."""
        name = f"{self.profile} profile, {'ID token' if self.has_id_token else 'no ID token'}"
        return f"{name}, {self.signatures} × {self.algorithm}" if self.signatures else f"{name}, no signature"

    def plan(self) -> dict[str, object]:
        """Tell the load generator."""
        digest = hashlib.sha256(VERIFIER.encode()).digest()
        return {
            "id": self.id,
            "authorization": "Basic " + base64.b64encode(f"{self.id}:{SECRET}".encode()).decode(),
            "redirectURI": REDIRECT_URI,
            "scope": self.scope.replace(" ", "+"),
            "verifier": VERIFIER,
            "challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }


SERVICES = [
    Service("sealed", "ES256", "openid profile email"),
    Service("sealed", "RS256", "openid profile email"),
    Service("sealed", "ES256", "profile email"),
    Service("jwt", "ES256", "profile email"),
    Service("jwt", "ES256", "openid profile email"),
    Service("jwt", "RS256", "openid profile email"),
]
GOAL_SERVICE = SERVICES[0]
