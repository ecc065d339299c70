"""Keys and signatures of our own, to make tokens no honest provider would make."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


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
        return self._signed(_signing_input({"alg": "RS256", "kid": self.kid, "typ": "JWT"} | header, claims))

    def sign_text(self, payload: str) -> str:
        """An RS256 token of a payload that need not be what a program would write."""
        header = json.dumps({"alg": "RS256", "kid": self.kid})
        return self._signed(".".join(encoded(part.encode()) for part in (header, payload)))

    def _signed(self, signed: str) -> str:
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
