"""Asking what a token is (RFC 7662, RFC 9701), from outside and with other authors' libraries."""

from __future__ import annotations

import httpx
import pytest
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, refresh, unverified_claims
from support.person import Person
from support.refusal import assert_oauth_error

SIGNED = "application/token-introspection+jwt"
INACTIVE = {"active": False}
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.fixture(scope="module")
def tickets(broker: Broker) -> Service:
    """A service that is sent tokens and may ask about them."""
    return broker.add_service("tickets", "--introspection", "--introspection-signed-response-alg", "ES256")


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


@pytest.fixture(params=["sealed", "jwt"])
def transport(request: pytest.FixtureRequest, broker: Broker) -> Service:
    """A client whose access tokens are sealed, and one whose are signed."""
    name = f"transport-{request.param}"
    if name not in {client["client_id"] for client in broker.cli_json("client", "list")}:
        TRANSPORTS[name] = broker.add_service(name, "--token-profile", request.param)
    return TRANSPORTS[name]


TRANSPORTS: dict[str, Service] = {}


def log_in(broker: Broker, service: Service, account: Account, person: Person) -> dict[str, str]:
    request = authorization(broker, service)
    return request.tokens_for(code_by_local_login(person, request, account))


def introspect(broker: Broker, service: Service, token: str, accept: str = "application/json") -> httpx.Response:
    return httpx.post(
        broker.url("/oauth2/introspect"), data={"token": token}, auth=service.basic, headers={"Accept": accept}
    )


def test_authlib_learns_what_an_access_token_is(
    broker: Broker, transport: Service, tickets: Service, jana: Account, person: Person
) -> None:
    discovery = httpx.get(broker.url("/.well-known/oauth-authorization-server")).json()
    tokens = log_in(broker, transport, jana, person)
    session = OAuth2Session(tickets.client_id, tickets.secret, revocation_endpoint_auth_method="client_secret_basic")
    answer = session.introspect_token(
        discovery["introspection_endpoint"], token=tokens["access_token"], token_type_hint="access_token"
    )
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    identity = unverified_claims(tokens["id_token"])
    assert said["active"] is True
    assert said["sub"] == identity["sub"]
    assert said["client_id"] == transport.client_id
    assert said["iss"] == broker.issuer
    assert said["token_type"] == "Bearer"
    assert said["token_use"] == "access"
    assert set(said["scope"].split()) == set(transport.scope.split())
    assert said["exp"] - said["iat"] == 3600


def test_a_token_is_inactive_at_once_when_its_grant_ends(
    broker: Broker, transport: Service, tickets: Service, jana: Account, person: Person
) -> None:
    tokens = log_in(broker, transport, jana, person)
    assert introspect(broker, tickets, tokens["access_token"]).json()["active"] is True
    answer = httpx.post(broker.url("/oauth2/revoke"), data={"token": tokens["refresh_token"]}, auth=transport.basic)
    assert answer.status_code == 200
    assert introspect(broker, tickets, tokens["access_token"]).json() == INACTIVE


def test_nothing_but_an_access_token_is_active_to_a_service(
    broker: Broker, transport: Service, tickets: Service, jana: Account, person: Person
) -> None:
    tokens = log_in(broker, transport, jana, person)
    request = authorization(broker, transport)
    with Person() as again:
        code = code_by_local_login(again, request, jana)
    access = tokens["access_token"]
    others = [tokens["refresh_token"], tokens["id_token"], code, access[:-6], access[:40], "x", "a.b.c", "é"]
    for other in others:
        answer = introspect(broker, tickets, other)
        assert answer.status_code == 200
        assert answer.json() == INACTIVE


def test_a_client_that_may_ask_sees_its_own_refresh_token(broker: Broker, jana: Account, person: Person) -> None:
    service = broker.add_service("curious", "--introspection")
    first = log_in(broker, service, jana, person)["refresh_token"]
    said = introspect(broker, service, first).json()
    assert said["active"] is True
    assert said["token_use"] == "refresh"
    assert "token_type" not in said
    second = refresh(broker, service, first).json()["refresh_token"]
    broker.ledger.note("refresh_token", second)
    assert introspect(broker, service, second).json()["active"] is True


@pytest.mark.parametrize("accept", [SIGNED, f"{SIGNED}, application/json;q=0.5", f"text/html, {SIGNED.upper()}; q=1"])
def test_an_answer_may_be_signed(
    accept: str, broker: Broker, transport: Service, tickets: Service, jana: Account, person: Person
) -> None:
    discovery = httpx.get(broker.url("/.well-known/oauth-authorization-server")).json()
    assert "ES256" in discovery["introspection_signing_alg_values_supported"]
    keys = KeySet.import_key_set(httpx.get(discovery["jwks_uri"]).json())
    tokens = log_in(broker, transport, jana, person)
    for token, active in ((tokens["access_token"], True), ("nonsense", False)):
        answer = introspect(broker, tickets, token, accept)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == SIGNED
        signed = jwt.decode(answer.text, keys, algorithms=["ES256"])
        assert signed.header["typ"] == "token-introspection+jwt"
        assert signed.claims["iss"] == broker.issuer
        assert signed.claims["aud"] == tickets.client_id
        assert set(signed.claims) == {"iss", "aud", "iat", "token_introspection"}
        assert signed.claims["token_introspection"] == introspect(broker, tickets, token).json()
        assert signed.claims["token_introspection"]["active"] is active


def test_who_may_not_ask_is_told_nothing(
    broker: Broker, transport: Service, tickets: Service, jana: Account, person: Person
) -> None:
    token = log_in(broker, transport, jana, person)["access_token"]
    address = broker.url("/oauth2/introspect")
    assert_oauth_error(introspect(broker, transport, token), "unauthorized_client")
    assert_oauth_error(httpx.post(address, data={"token": token}), "invalid_client", 401)
    answer = httpx.post(address, data={"token": token, "client_id": tickets.client_id})
    assert_oauth_error(answer, "invalid_client", 401)
    answer = httpx.post(address, data={"token": token}, auth=(tickets.client_id, "wrong"))
    assert_oauth_error(answer, "invalid_client", 401)
    answer = httpx.post(address, data={"token": token}, headers={"Authorization": f"Bearer {token}"})
    assert_oauth_error(answer, "invalid_client", 401)
    assert httpx.get(address, params={"token": token}, auth=tickets.basic).status_code == 405
    public = broker.cli("client", "create", "--id", "p", "--name", "P", "--public", "--introspection")
    assert public.returncode != 0


@pytest.mark.parametrize(
    "form",
    [
        pytest.param("", id="nothing"),
        pytest.param("token=", id="empty token"),
        pytest.param("token=a&token=b", id="two tokens"),
        pytest.param("token=%ff", id="not UTF-8"),
        pytest.param("token=" + "a" * 60_000, id="too long"),
    ],
)
def test_bad_input(form: str, broker: Broker, tickets: Service) -> None:
    answer = httpx.post(
        broker.url("/oauth2/introspect"),
        content=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=tickets.basic,
    )
    assert_oauth_error(answer, "invalid_request")


def test_a_registration_comes_back_from_the_command_line(broker: Broker, tickets: Service) -> None:
    shown = broker.cli_json("client", "show", tickets.client_id)
    assert shown["introspection"] is True
    assert shown["introspection_signed_response_alg"] == "ES256"
    made = broker.cli_json("client", "create", "--id", "api", "--name", "API", "--introspection")
    broker.ledger.note("client secret", made["client_secret"])
    assert made["grant_types"] == []
