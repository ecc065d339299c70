"""Delegation between clients (RFC 8693) and resource indicators (RFC 8707), with Authlib and joserfc."""

from __future__ import annotations

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, noted_tokens, refresh, token_request, userinfo
from support.person import Person
from support.refusal import assert_oauth_error

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
STOCK, TICKETS = "https://stock.city.example/api", "https://tickets.city.example/"
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


@pytest.fixture(scope="module")
def shop(broker: Broker) -> Service:
    return broker.add_service(
        "shop", "--delegate", "orders", "--resource", TICKETS, "--resource", STOCK, "--token-profile", "jwt"
    )


@pytest.fixture(scope="module")
def orders(broker: Broker) -> Service:
    return broker.add_service(
        "orders",
        *("--grant-type", EXCHANGE, "--grant-type", "client_credentials", "--delegate", "stock"),
        *("--resource", STOCK, "--token-profile", "jwt", "--introspection"),
        scope="openid email",
    )


@pytest.fixture(scope="module")
def stock(broker: Broker) -> Service:
    return broker.add_service("stock", "--grant-type", EXCHANGE, "--introspection", scope="openid email")


def tokens_of(broker: Broker, shop: Service, person: Person, jana: Account, *resources: str) -> dict[str, str]:
    request = authorization(broker, shop, resource=list(resources))
    return request.tokens_for(code_by_local_login(person, request, jana))


def exchange(broker: Broker, service: Service, token: str, **changes: str | None) -> httpx.Response:
    form: dict[str, str | None] = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
    } | changes
    return token_request(broker, service, form)


def said_of(broker: Broker, service: Service, token: str) -> dict[str, object]:
    return httpx.post(broker.url("/oauth2/introspect"), data={"token": token}, auth=service.basic).json()


def claims_of(broker: Broker, token: str) -> dict[str, object]:
    keys = KeySet.import_key_set(httpx.get(broker.url("/oauth2/jwks")).json())
    decoded = jwt.decode(token, keys, algorithms=["RS256"])
    assert decoded.header["typ"] == "at+jwt"
    return decoded.claims


def test_a_service_acts_for_the_person_and_the_next_one_for_it(
    broker: Broker, shop: Service, orders: Service, stock: Service, person: Person, jana: Account
) -> None:
    tokens = tokens_of(broker, shop, person, jana)
    client = OAuth2Client(orders.client_id, orders.secret)
    answer = client.fetch_token(
        broker.url("/oauth2/token"),
        grant_type=EXCHANGE,
        subject_token=tokens["access_token"],
        subject_token_type=ACCESS_TOKEN,
    )
    broker.ledger.note("access_token", answer["access_token"])
    assert answer["issued_token_type"] == ACCESS_TOKEN
    assert answer["token_type"] == "Bearer"
    assert answer["scope"] == "openid email"
    assert "refresh_token" not in answer
    before, after = claims_of(broker, tokens["access_token"]), claims_of(broker, answer["access_token"])
    assert after["act"] == {"sub": "orders"}
    assert after["client_id"] == "orders"
    assert (after["sub"], after["grant_id"]) == (before["sub"], before["grant_id"])
    assert after["exp"] <= before["exp"]

    second = noted_tokens(broker, exchange(broker, stock, answer["access_token"], scope="openid"))
    assert second["access_token"].count(".") == 0, "stock has sealed tokens"
    said = said_of(broker, stock, second["access_token"])
    assert said["act"] == {"sub": "stock", "act": {"sub": "orders"}}
    assert said["client_id"] == "stock"
    assert said["scope"] == "openid"
    assert said["sub"] == before["sub"]
    assert userinfo(broker, second["access_token"]).json() == {"sub": before["sub"]}

    ended = httpx.post(broker.url("/oauth2/revoke"), data={"token": tokens["refresh_token"]}, auth=shop.basic)
    assert ended.status_code == 200
    for token in (answer["access_token"], second["access_token"]):
        assert userinfo(broker, token).status_code == 401
        assert said_of(broker, stock, token) == {"active": False}
    assert_oauth_error(exchange(broker, stock, answer["access_token"]), "invalid_request")


def test_what_delegation_does_not_give(
    broker: Broker, shop: Service, orders: Service, stock: Service, person: Person, jana: Account
) -> None:
    token = tokens_of(broker, shop, person, jana)["access_token"]
    assert_oauth_error(exchange(broker, stock, token), "invalid_request")
    assert_oauth_error(exchange(broker, orders, token, scope="openid profile"), "invalid_scope")
    assert_oauth_error(exchange(broker, orders, token, resource=TICKETS), "invalid_target")
    assert_oauth_error(exchange(broker, orders, token, audience="nobody"), "invalid_target")
    assert_oauth_error(exchange(broker, orders, token, actor_token="x"), "invalid_request")
    assert_oauth_error(
        exchange(broker, orders, token, actor_token=token, actor_token_type=ACCESS_TOKEN), "invalid_request"
    )
    assert_oauth_error(exchange(broker, shop, token), "unauthorized_client")
    reasons = {event["reason"] for event in broker.cli_json("audit", "--kind", "token.refused")}
    assert {"not_delegated", "scope_too_wide", "target_not_allowed", "actor_token_not_valid"} <= reasons


def test_tokens_for_resources(broker: Broker, shop: Service, orders: Service, person: Person, jana: Account) -> None:
    tokens = tokens_of(broker, shop, person, jana, TICKETS, STOCK)
    assert claims_of(broker, tokens["access_token"])["aud"] == [TICKETS, STOCK]
    assert said_of(broker, orders, tokens["access_token"])["aud"] == [TICKETS, STOCK]
    assert userinfo(broker, tokens["access_token"]).status_code == 401
    narrow = noted_tokens(broker, refresh(broker, shop, tokens["refresh_token"], resource=TICKETS))
    assert claims_of(broker, narrow["access_token"])["aud"] == TICKETS
    assert_oauth_error(
        refresh(broker, shop, narrow["refresh_token"], resource="https://elsewhere.example/"), "invalid_target"
    )
    onward = noted_tokens(broker, exchange(broker, orders, narrow["access_token"], resource=STOCK))
    assert claims_of(broker, onward["access_token"])["aud"] == STOCK


@pytest.mark.parametrize("resource", ["https://elsewhere.example/", "tickets", f"{TICKETS}#x", TICKETS.upper()])
def test_a_resource_that_is_not_the_clients(resource: str, broker: Broker, shop: Service, person: Person) -> None:
    request = authorization(broker, shop, resource=[TICKETS, resource])
    assert request.error_from(person.open(request.url, shop.redirect_uri)) == "invalid_target"


def test_a_service_names_a_resource(broker: Broker, orders: Service) -> None:
    form = {"grant_type": "client_credentials", "resource": STOCK}
    answer = httpx.post(broker.url("/oauth2/token"), data=form, auth=orders.basic)
    assert claims_of(broker, noted_tokens(broker, answer)["access_token"])["aud"] == STOCK
    refused = httpx.post(broker.url("/oauth2/token"), data=form | {"resource": TICKETS}, auth=orders.basic)
    assert_oauth_error(refused, "invalid_target")


def test_the_registration_comes_back(broker: Broker, shop: Service) -> None:
    shown = broker.cli_json("client", "show", "shop")
    assert shown["resources"] == [TICKETS, STOCK]
    assert shown["delegates"] == ["orders"]
