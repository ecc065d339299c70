"""Unmodified OAuth and OpenID clients of other authors, driven by discovery."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator

import httpx
import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from cryptojwt.key_jar import build_keyjar
from idpyoidc.client.rp_handler import RPHandler
from joserfc import jwt
from joserfc.jwk import KeySet
from requests_oauthlib import OAuth2Session

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import log_in_locally
from support.person import Person, location_of, page_of


@pytest.fixture(autouse=True)
def plain_http_on_loopback() -> Iterator[None]:
    """Both libraries insist on https unless told that this is a test."""
    names = ("OAUTHLIB_INSECURE_TRANSPORT", "AUTHLIB_INSECURE_TRANSPORT")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.fixture(scope="module")
def discovery(broker: Broker) -> dict[str, object]:
    return httpx.get(broker.url("/.well-known/openid-configuration")).json()


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana", "Jana Kováčová", "--verified")


def log_in(person: Person, link: str, account: Account, service: Service) -> str:
    """What the person does between the client's link and its redirect URI; answers the full redirect."""
    page = person.open(link)
    assert page_of(page).form(action="/login/local")
    return location_of(log_in_locally(person, page, account, service.redirect_uri))


def test_the_discovery_document_says_what_is_so(broker: Broker, discovery: dict[str, object]) -> None:
    assert discovery["issuer"] == broker.issuer
    expected = {
        "authorization_endpoint": "/oauth2/authorize",
        "token_endpoint": "/oauth2/token",
        "userinfo_endpoint": "/oauth2/userinfo",
        "jwks_uri": "/oauth2/jwks",
    }
    for member, path in expected.items():
        assert discovery[member] == broker.url(path)
    assert discovery["response_types_supported"] == ["code"]
    assert discovery["code_challenge_methods_supported"] == ["S256"]
    assert discovery["authorization_response_iss_parameter_supported"] is True
    assert {"client_secret_basic", "client_secret_post", "none"} <= set(
        discovery["token_endpoint_auth_methods_supported"]
    )
    assert {"RS256", "ES256", "EdDSA"} <= set(discovery["id_token_signing_alg_values_supported"])
    assert "none" not in discovery["id_token_signing_alg_values_supported"]
    same = httpx.get(broker.url("/.well-known/oauth-authorization-server")).json()
    assert same["issuer"] == broker.issuer
    assert same["token_endpoint"] == discovery["token_endpoint"]


def test_every_endpoint_that_discovery_names_exists(discovery: dict[str, object]) -> None:
    for member, address in discovery.items():
        if member.endswith("_endpoint") or member == "jwks_uri":
            assert httpx.get(address).status_code != 404, member


def test_the_key_set_holds_public_keys_only(discovery: dict[str, object]) -> None:
    keys = httpx.get(discovery["jwks_uri"]).json()["keys"]
    assert {"RSA", "EC"} <= {key["kty"] for key in keys}
    for key in keys:
        assert key["kid"]
        assert key["use"] == "sig"
        assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & set(key)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_logs_in_with_pkce_and_validates_the_id_token(
    algorithm: str,
    method: str,
    broker: Broker,
    discovery: dict[str, object],
    jana: Account,
    person: Person,
) -> None:
    service = broker.add_service(
        f"authlib-{algorithm}-{method}".lower().replace("_", "-"),
        *("--id-token-signed-response-alg", algorithm),
        *("--token-endpoint-auth-method", method),
    )
    client = AuthlibSession(
        service.client_id,
        service.secret,
        token_endpoint_auth_method=method,
        scope="openid profile email offline_access",
        redirect_uri=service.redirect_uri,
        code_challenge_method="S256",
        token_endpoint=discovery["token_endpoint"],
    )
    verifier, nonce = "v" * 64, "a-nonce-of-authlib"
    link, state = client.create_authorization_url(
        discovery["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    callback = log_in(person, link, jana, service)
    token = client.fetch_token(authorization_response=callback, code_verifier=verifier, state=state)

    keys = KeySet.import_key_set(httpx.get(discovery["jwks_uri"]).json())
    identity = jwt.decode(token["id_token"], keys, algorithms=[algorithm])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": broker.issuer},
        aud={"essential": True, "value": service.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(identity.claims)
    hashed = {"EdDSA": hashlib.sha512}.get(algorithm, hashlib.sha256)(token["access_token"].encode()).digest()
    half = base64.urlsafe_b64encode(hashed[: len(hashed) // 2]).rstrip(b"=").decode()
    assert identity.claims["at_hash"] == half

    claims = client.get(discovery["userinfo_endpoint"]).json()
    assert claims["sub"] == identity.claims["sub"]
    assert claims["email"] == jana.email

    refreshed = client.refresh_token()
    assert refreshed["access_token"] != token["access_token"]
    assert client.get(discovery["userinfo_endpoint"]).json()["sub"] == claims["sub"]


@pytest.mark.parametrize("profile", ["sealed", "jwt"])
def test_requests_oauthlib_logs_in_as_a_public_client_with_pkce(
    profile: str, broker: Broker, discovery: dict[str, object], jana: Account, person: Person
) -> None:
    service = broker.add_service(f"oauthlib-{profile}", "--token-profile", profile, public=True)
    session = OAuth2Session(
        service.client_id,
        redirect_uri=service.redirect_uri,
        scope=["openid", "profile", "email", "offline_access"],
        pkce="S256",
    )
    link, _ = session.authorization_url(discovery["authorization_endpoint"])
    callback = log_in(person, link, jana, service)
    token = session.fetch_token(discovery["token_endpoint"], authorization_response=callback, include_client_id=True)
    assert session.get(discovery["userinfo_endpoint"]).json()["email"] == jana.email
    refreshed = session.refresh_token(discovery["token_endpoint"], client_id=service.client_id)
    assert refreshed["access_token"] != token["access_token"]
    assert session.get(discovery["userinfo_endpoint"]).status_code == 200


def test_a_jwt_access_token_is_one_of_rfc_9068(
    broker: Broker, discovery: dict[str, object], jana: Account, person: Person
) -> None:
    service = broker.add_service("rfc-9068", "--token-profile", "jwt")
    session = OAuth2Session(
        service.client_id, redirect_uri=service.redirect_uri, scope=["openid", "email"], pkce="S256"
    )
    link, _ = session.authorization_url(discovery["authorization_endpoint"])
    callback = log_in(person, link, jana, service)
    token = session.fetch_token(
        discovery["token_endpoint"],
        authorization_response=callback,
        auth=requests.auth.HTTPBasicAuth(service.client_id, service.secret),
    )
    keys = KeySet.import_key_set(httpx.get(discovery["jwks_uri"]).json())
    decoded = jwt.decode(token["access_token"], keys, algorithms=["RS256", "ES256", "EdDSA"])
    assert decoded.header["typ"] == "at+jwt"
    assert decoded.claims["iss"] == broker.issuer
    assert decoded.claims["client_id"] == service.client_id
    assert {"sub", "aud", "exp", "iat", "jti", "scope", "ray_id"} <= set(decoded.claims)
    assert set(decoded.claims["scope"].split()) == {"openid", "email"}


def test_idpyoidc_logs_in_by_discovery_alone(broker: Broker, jana: Account, person: Person) -> None:
    service = broker.add_service("idpyoidc")
    handler = RPHandler(
        base_url="https://idpyoidc.city.example",
        keyjar=build_keyjar([{"type": "RSA", "use": ["sig"]}]),
        client_configs={
            "drawbridge": {
                "client_type": "oidc",
                "issuer": broker.issuer,
                "client_id": service.client_id,
                "client_secret": service.secret,
                "redirect_uris": [service.redirect_uri],
                "response_types_supported": ["code"],
                "add_ons": {
                    "pkce": {
                        "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                        "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
                    }
                },
                "services": {
                    name: {"class": f"idpyoidc.client.oidc.{path}"}
                    for name, path in {
                        "discovery": "provider_info_discovery.ProviderInfoDiscovery",
                        "authorization": "authorization.Authorization",
                        "access_token": "access_token.AccessToken",
                        "userinfo": "userinfo.UserInfo",
                    }.items()
                },
            }
        },
    )
    link = handler.begin(issuer_id="drawbridge", req_args={"scope": ["openid", "profile", "email"]})
    callback = log_in(person, link, jana, service)
    answer = {name: value for name, value in httpx.URL(callback).params.items()}
    result = handler.finalize(broker.issuer, answer)
    assert "error" not in result, result
    assert result["userinfo"]["email"] == jana.email
    assert result["id_token"]["iss"] == broker.issuer


def test_a_public_client_in_a_browser_is_let_across_origins(broker: Broker) -> None:
    service = broker.add_service("spa", public=True, redirect_uri="https://spa.city.example/callback")
    origin = "https://spa.city.example"
    preflight = httpx.options(
        broker.url("/oauth2/token"),
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.is_success
    assert preflight.headers["access-control-allow-origin"] in (origin, "*")
    answer = httpx.post(
        broker.url("/oauth2/token"),
        data={"grant_type": "refresh_token", "refresh_token": "x", "client_id": service.client_id},
        headers={"Origin": origin},
    )
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] in (origin, "*")
    assert "access-control-allow-credentials" not in answer.headers
    for path in ("/oauth2/jwks", "/.well-known/openid-configuration"):
        assert httpx.get(broker.url(path), headers={"Origin": origin}).headers["access-control-allow-origin"]
