"""ML-DSA-65 for a client that asks for it, verified by another implementation (RFC 9964, FIPS 204)."""

from __future__ import annotations

import base64
import hashlib
import json

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, refresh, unverified_claims, userinfo
from support.person import Person


@pytest.fixture
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


def decoded(text: str) -> bytes:
    """base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def quantum_keys(broker: Broker) -> list[dict[str, str]]:
    """The published keys of the kind."""
    return [key for key in httpx.get(broker.url("/oauth2/jwks")).json()["keys"] if key["kty"] == "AKP"]


def log_in(broker: Broker, service: Service, account: Account) -> dict[str, str]:
    """A fresh login's tokens."""
    with Person(broker.ledger) as somebody:
        request = authorization(broker, service)
        return request.tokens_for(code_by_local_login(somebody, request, account))


def verify(broker: Broker, token: str) -> dict[str, object]:
    """The claims of a token whose signature is right, by a verifier of another author."""
    head, body, signature = token.split(".")
    header = json.loads(decoded(head))
    assert header["alg"] == "ML-DSA-65"
    (key,) = [key for key in quantum_keys(broker) if key["kid"] == header["kid"]]
    assert key["alg"] == "ML-DSA-65"
    assert "priv" not in key
    canonical = json.dumps({name: key[name] for name in ("alg", "kty", "pub")}, separators=(",", ":"))
    assert key["kid"] == encoded(hashlib.sha256(canonical.encode()).digest())
    public = MLDSA65PublicKey.from_public_bytes(decoded(key["pub"]))
    public.verify(decoded(signature), f"{head}.{body}".encode())
    with pytest.raises(InvalidSignature):
        public.verify(decoded(signature), f"{head}.{body}x".encode())
    return unverified_claims(token)


def test_a_client_that_asks_for_it_gets_ml_dsa_and_nobody_else_does(broker: Broker) -> None:
    account = broker.add_account("ida")
    plain = broker.add_service("library")
    log_in(broker, plain, account)
    assert not quantum_keys(broker)
    refused = broker.cli("key", "rotate", "--algorithm", "ML-DSA-65")
    assert refused.returncode == 1
    service = broker.add_service("archive", "--token-profile", "jwt", *("--id-token-signed-response-alg", "ML-DSA-65"))
    tokens = log_in(broker, service, account)
    claims = verify(broker, tokens["id_token"])
    assert claims["iss"] == broker.issuer
    assert claims["aud"] == "archive"
    digest = hashlib.shake_256(tokens["access_token"].encode()).digest(64)
    assert claims["at_hash"] == encoded(digest[:32])
    verify(broker, tokens["access_token"])
    assert userinfo(broker, tokens["access_token"]).json()["sub"] == claims["sub"]

    broker.stop()
    broker.start()
    verify(broker, tokens["id_token"])
    renewed = refresh(broker, service, tokens["refresh_token"])
    assert renewed.status_code == 200
    verify(broker, renewed.json()["access_token"])
    broker.cli_json("key", "rotate", "--algorithm", "ML-DSA-65")
    assert len(quantum_keys(broker)) == 2
    head = log_in(broker, plain, account)["id_token"].split(".")[0]
    assert json.loads(decoded(head))["alg"] == "RS256"
