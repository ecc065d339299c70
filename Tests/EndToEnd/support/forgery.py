"""A stand-in pool whose key we hold, so that every claim and header of a token can be bent."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .pool import UpstreamTokens

CLIENT_ID = "stand-in-app-client"
ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_StandIn"
SUBJECT = "5f0c6a3e-6f1d-4a55-9a76-0d2a1b3c4d5e"


def encoded(value: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


class SigningKey:
    """An RSA key with a name."""

    def __init__(self, kid: str) -> None:
        """Make a fresh key."""
        self.kid = kid
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public_jwk(self) -> dict[str, str]:
        """RFC 7517."""
        numbers = self.key.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
            "n": encoded(numbers.n.to_bytes(256, "big")),
            "e": encoded(numbers.e.to_bytes(3, "big")),
        }

    def public_pem(self) -> bytes:
        """What an algorithm-confused verifier would use as an HMAC key."""
        return self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, claims: dict[str, object], **header: object) -> str:
        """An RS256 token, whatever its header says."""
        signed = _signing_input({"alg": "RS256", "kid": self.kid, "typ": "JWT"} | header, claims)
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encoded(signature)}"


def unsigned(claims: dict[str, object], algorithm: str = "none", kid: str | None = None) -> str:
    """A token of ``alg: none``."""
    header = {"alg": algorithm, "typ": "JWT"} | ({"kid": kid} if kid else {})
    return _signing_input(header, claims) + "."


def hmac_signed(claims: dict[str, object], secret: bytes, kid: str) -> str:
    """An HS256 token under a public key."""
    signed = _signing_input({"alg": "HS256", "kid": kid, "typ": "JWT"}, claims)
    return f"{signed}.{encoded(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def _signing_input(header: dict[str, object], claims: dict[str, object]) -> str:
    return ".".join(encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))


class StandInPool:
    """Publishes one key set; its tokens are made to measure."""

    def __init__(self) -> None:
        """Start serving the key set."""
        self.key = SigningKey("stand-in-1")
        keys = json.dumps({"keys": [self.key.public_jwk()]}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(keys)))
                self.end_headers()
                self.wfile.write(keys)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def access_claims(self, **changes: object) -> dict[str, object]:
        """Claims of a good access token, bent."""
        return self._claims("access", {"client_id": CLIENT_ID, "username": "forged", "scope": "openid"} | changes)

    def id_claims(self, **changes: object) -> dict[str, object]:
        """Claims of a good ID token, bent."""
        return self._claims("id", {"aud": CLIENT_ID, "cognito:username": "forged", "email": "f@x.example"} | changes)

    def good_tokens(self, **changes: object) -> UpstreamTokens:
        """A pair that has to be accepted, both with the same ``changes``."""
        return UpstreamTokens(
            self.key.sign(self.access_claims(**changes)), self.key.sign(self.id_claims(**changes)), uuid.uuid4().hex
        )

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
