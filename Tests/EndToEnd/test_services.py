"""Services that speak for themselves, and clients that sign (RFC 6749 §4.4, RFC 7523), with Authlib as the client."""

from __future__ import annotations

import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, noted_tokens, userinfo
from support.person import Person
from support.refusal import assert_oauth_error

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
Key = ECKey | OKPKey | RSAKey
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


def key_file(folder: Path, *keys: Key) -> str:
    """The public halves, as the operator registers them."""
    path = folder / f"{secrets.token_hex(4)}.jwks.json"
    path.write_text(json.dumps(KeySet(list(keys)).as_dict(private=False)))
    return str(path)


def register(broker: Broker, client_id: str, key: Key, *extra: str) -> None:
    broker.cli_json(
        *("client", "create", "--id", client_id, "--name", client_id.title(), "--jwks", key_file(broker.root, key)),
        *("--grant-type", "client_credentials", "--scope", "tickets:read tickets:write", *extra),
    )


@pytest.fixture(scope="module")
def key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "billing-1", "use": "sig"})


@pytest.fixture(scope="module")
def billing(broker: Broker, key: ECKey) -> str:
    register(broker, "billing", key, "--token-profile", "jwt")
    return "billing"


@pytest.fixture(scope="module")
def tickets(broker: Broker) -> Service:
    return broker.add_service("tickets", "--introspection")


def assertion(broker: Broker, client_id: str, key: Key, **changes: object) -> str:
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": broker.issuer,
        "exp": now + 60,
        "iat": now,
        "jti": secrets.token_urlsafe(16),
    } | changes
    present = {name: value for name, value in claims.items() if value is not None}
    algorithm = {"EC": "ES256", "OKP": "EdDSA", "RSA": "RS256"}[key.key_type]
    return jwt.encode({"alg": algorithm, "kid": key.kid}, present, key, algorithms=[algorithm])


def signed(broker: Broker, proof: str, path: str = "/oauth2/token", **form: str) -> httpx.Response:
    form = form or {"grant_type": "client_credentials"}
    return httpx.post(
        broker.url(path), data=form | {"client_assertion": proof, "client_assertion_type": JWT_BEARER}, timeout=30
    )


def introspect(broker: Broker, tickets: Service, token: str) -> dict[str, object]:
    return httpx.post(broker.url("/oauth2/introspect"), data={"token": token}, auth=tickets.basic).json()


def test_authlib_signs_for_a_service_token(broker: Broker, key: ECKey, billing: str, tickets: Service) -> None:
    discovery = httpx.get(broker.url("/.well-known/oauth-authorization-server")).json()
    assert "client_credentials" in discovery["grant_types_supported"]
    assert "private_key_jwt" in discovery["token_endpoint_auth_methods_supported"]
    assert "ES256" in discovery["token_endpoint_auth_signing_alg_values_supported"]
    endpoint = discovery["token_endpoint"]
    client = OAuth2Client(billing, key, token_endpoint_auth_method=PrivateKeyJWT(endpoint, alg="ES256"))
    token = client.fetch_token(endpoint, grant_type="client_credentials", scope="tickets:read")
    broker.ledger.note("access_token", token["access_token"])
    assert token["scope"] == "tickets:read"
    assert "refresh_token" not in token
    assert "id_token" not in token
    keys = KeySet.import_key_set(httpx.get(discovery["jwks_uri"]).json())
    decoded = jwt.decode(token["access_token"], keys, algorithms=["RS256"])
    assert decoded.header["typ"] == "at+jwt"
    assert decoded.claims["sub"] == decoded.claims["client_id"] == billing
    assert userinfo(broker, token["access_token"]).status_code == 403
    said = introspect(broker, tickets, token["access_token"])
    assert said["active"] is True
    assert said["sub"] == billing
    assert "grant_id" not in said


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_secret_does_as_well(method: str, broker: Broker) -> None:
    service = broker.add_service(
        method.replace("_", "-"), "--grant-type", "client_credentials", scope="tickets:read openid email"
    )
    client = OAuth2Client(service.client_id, service.secret, token_endpoint_auth_method=method)
    token = client.fetch_token(broker.url("/oauth2/token"), grant_type="client_credentials")
    broker.ledger.note("access_token", token["access_token"])
    assert token["scope"] == "tickets:read"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(RSAKey.generate_key(2048, {"kid": "r"}), id="RS256"),
        pytest.param(OKPKey.generate_key("Ed25519", {"kid": "o"}), id="EdDSA"),
    ],
)
def test_other_kinds_of_key(key: Key, broker: Broker) -> None:
    register(broker, f"signs-{key.key_type}".lower(), key)
    answer = signed(broker, assertion(broker, f"signs-{key.key_type}".lower(), key))
    assert answer.status_code == 200, answer.text
    noted_tokens(broker, answer)


def test_a_service_gives_its_token_back(broker: Broker, key: ECKey, billing: str, tickets: Service) -> None:
    token = noted_tokens(broker, signed(broker, assertion(broker, billing, key)))["access_token"]
    assert introspect(broker, tickets, token)["active"] is True
    assert signed(broker, assertion(broker, billing, key), "/oauth2/revoke", token=token).status_code == 200
    assert introspect(broker, tickets, token) == {"active": False}


def test_a_client_that_signs_logs_people_in(broker: Broker, key: ECKey, person: Person) -> None:
    broker.cli_json(
        *("client", "create", "--id", "signing", "--name", "Signing", "--jwks", key_file(broker.root, key)),
        *("--redirect-uri", "https://signing.city.example/callback", "--first-party"),
    )
    service = Service("signing", "https://signing.city.example/callback", "Signing", None, "openid offline_access")
    jana: Account = broker.add_account("jana-signing")
    request = authorization(broker, service)
    code = code_by_local_login(person, request, jana)
    form = {"client_assertion": assertion(broker, "signing", key), "client_assertion_type": JWT_BEARER}
    assert_oauth_error(request.redeem(code, client_secret="x"), "invalid_client", 401)
    answer = request.redeem(code, **form)
    assert answer.status_code == 200, answer.text
    tokens = noted_tokens(broker, answer)
    again = signed(
        broker,
        assertion(broker, "signing", key),
        grant_type="refresh_token",
        refresh_token=tokens["refresh_token"],
    )
    assert again.status_code == 200
    noted_tokens(broker, again)


def test_of_twenty_who_present_one_assertion_one_gets_a_token(broker: Broker, key: ECKey, billing: str) -> None:
    proof = assertion(broker, billing, key)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: signed(broker, proof), range(20)))
    winners = [answer for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    noted_tokens(broker, winners[0])
    for answer in answers:
        if answer not in winners:
            assert_oauth_error(answer, "invalid_client", 401)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": "https://elsewhere.example"}, id="another server"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"aud": ["https://elsewhere.example", "x"]}, id="other audiences"),
        pytest.param({"iss": "tickets"}, id="another issuer"),
        pytest.param({"sub": "tickets"}, id="another client"),
        pytest.param({"exp": 1}, id="expired"),
        pytest.param({"exp": None}, id="no expiry"),
        pytest.param({"exp": 2**40}, id="valid for ever"),
        pytest.param({"nbf": 2**40}, id="not yet"),
        pytest.param({"jti": None}, id="no name"),
        pytest.param({"jti": "x" * 300}, id="a long name"),
    ],
)
def test_an_assertion_that_says_otherwise_is_no_proof(
    changes: dict[str, object], broker: Broker, key: ECKey, billing: str, tickets: Service
) -> None:
    assert_oauth_error(signed(broker, assertion(broker, billing, key, **changes)), "invalid_client", 401)


def test_another_key_is_no_proof(broker: Broker, billing: str) -> None:
    other = ECKey.generate_key("P-256", {"kid": "billing-1"})
    assert_oauth_error(signed(broker, assertion(broker, billing, other)), "invalid_client", 401)


@pytest.mark.parametrize("proof", ["", "x", "a.b.c", "..", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJiaWxsaW5nIn0.", "a" * 9000])
def test_what_is_no_assertion(proof: str, broker: Broker, billing: str) -> None:
    answer = signed(broker, proof)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in {"invalid_request", "invalid_client"}


@pytest.mark.parametrize(
    ("scope", "error"), [("openid", "invalid_scope"), ("admin", "invalid_scope"), ('"', "invalid_scope")]
)
def test_a_scope_that_is_not_the_services(scope: str, error: str, broker: Broker, key: ECKey, billing: str) -> None:
    proof = assertion(broker, billing, key)
    assert_oauth_error(signed(broker, proof, grant_type="client_credentials", scope=scope), error)


def test_who_may_not_speak_for_itself(broker: Broker) -> None:
    service = broker.add_service("for-people")
    answer = httpx.post(broker.url("/oauth2/token"), data={"grant_type": "client_credentials"}, auth=service.basic)
    assert_oauth_error(answer, "unauthorized_client")
    public = ("client", "create", "--id", "p", "--name", "P", "--public", "--grant-type", "client_credentials")
    refused = broker.cli(*public)
    assert refused.returncode != 0
    assert "client_credentials" in refused.stderr


def test_a_private_key_is_not_registered(broker: Broker, tmp_path: Path, key: ECKey) -> None:
    path = tmp_path / "private.json"
    path.write_text(json.dumps({"keys": [key.as_dict(private=True)]}))
    grant = ("--grant-type", "client_credentials")
    refused = broker.cli("client", "create", "--id", "leaky", "--name", "Leaky", "--jwks", str(path), *grant)
    assert refused.returncode != 0
    assert "private" in refused.stderr
    assert key.as_dict(private=True)["d"] not in refused.stderr


def test_the_registration_comes_back(broker: Broker, key: ECKey, billing: str) -> None:
    shown = broker.cli_json("client", "show", billing)
    assert shown["token_endpoint_auth_method"] == "private_key_jwt"
    assert shown["jwks"]["keys"][0]["x"] == key.as_dict(private=False)["x"]
    assert broker.cli("client", "rotate-secret", billing).returncode != 0
