"""What a client asks of a login beside scopes: single claims (OIDC Core §5.5) and classes of login (acr)."""

from __future__ import annotations

import json

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login, decide, log_in_locally, login_page
from support.oauth import Authorization, authorization, refresh, unverified_claims, userinfo
from support.person import Person, location_of, query_of

PASSWORD = "urn:city:password"
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("requests")
    broker.write_provider({"id": "local", "type": "local", "name": "City account", "acr": PASSWORD})
    broker.start()
    return broker


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana", "Jana Kováčová")


@pytest.fixture(scope="module")
def shop(broker: Broker) -> Service:
    return broker.add_service("shop", "--token-profile", "jwt", first_party=False, scope="openid profile email")


def asking(broker: Broker, service: Service, claims: object, **changes: str | None) -> Authorization:
    text = claims if isinstance(claims, str) else json.dumps(claims)
    return authorization(broker, service, scope="openid", claims=text, **changes)


def essential(*values: str) -> dict[str, object]:
    return {"id_token": {"acr": {"essential": True, "values": list(values)}}}


def test_discovery_says_so(broker: Broker) -> None:
    document = httpx.get(broker.url("/.well-known/openid-configuration")).json()
    assert document["claims_parameter_supported"] is True
    assert document["claim_types_supported"] == ["normal"]
    assert document["acr_values_supported"] == [PASSWORD]


def test_each_claim_goes_where_it_was_asked_for(broker: Broker, shop: Service, jana: Account, person: Person) -> None:
    request = asking(broker, shop, {"id_token": {"email": {"essential": True}}, "userinfo": {"name": None}})
    page = log_in_locally(person, login_page(person, request), jana)
    assert "See your e-mail address" in page.text
    assert "See your full name" in page.text
    assert "See your name and profile" not in page.text
    tokens = request.tokens_for(request.code_from(decide(person, page, "allow", shop.redirect_uri)))
    identity = unverified_claims(tokens["id_token"])
    assert identity["email"] == jana.email
    assert identity["acr"] == PASSWORD
    assert not {"name", "email_verified"} & set(identity)
    assert set(userinfo(broker, tokens["access_token"]).json()) == {"sub", "name"}
    later = refresh(broker, shop, tokens["refresh_token"]).json()
    broker.ledger.note("refreshed", later["access_token"])
    assert unverified_claims(later["id_token"])["email"] == jana.email
    assert set(userinfo(broker, later["access_token"]).json()) == {"sub", "name"}
    silent = person.get(asking(broker, shop, {"id_token": {"email": None}}, prompt="none").url)
    assert "code" in query_of(location_of(silent))
    more = asking(broker, shop, {"userinfo": {"picture": None}}, prompt="none")
    assert more.error_from(person.get(more.url)) == "consent_required"


def test_a_client_gets_no_claim_beyond_its_scopes(broker: Broker, jana: Account, person: Person) -> None:
    narrow = broker.add_service("narrow", "--token-profile", "jwt", scope="openid")
    wanted = {name: {"essential": True} for name in ("email", "name", "groups", "ray_id", "aud", "shoe_size")}
    request = asking(broker, narrow, {"id_token": wanted, "userinfo": wanted})
    tokens = request.tokens_for(code_by_local_login(person, request, jana))
    assert not {"email", "name", "groups", "shoe_size"} & set(unverified_claims(tokens["id_token"]))
    assert unverified_claims(tokens["id_token"])["aud"] == "narrow"
    assert set(userinfo(broker, tokens["access_token"]).json()) == {"sub"}


def test_many_claims_find_room(broker: Broker, shop: Service, jana: Account, person: Person) -> None:
    names = [f"https://claims.example/{number:03}/{'x' * 12}" for number in range(100)]
    request = asking(broker, shop, {"userinfo": dict.fromkeys([*names, "email"])})
    tokens = request.tokens_for(code_by_local_login(person, request, jana))
    assert set(userinfo(broker, tokens["access_token"]).json()) == {"sub", "email"}


@pytest.mark.parametrize(
    "claims",
    [
        "null",
        "[]",
        "{",
        '{"id_token":[]}',
        '{"id_token":{"email":true}}',
        '{"id_token":{"email":{"essential":"yes"}}}',
        '{"id_token":{"email":{"value":"a","values":["a"]}}}',
        '{"id_token":{"email":null,"email":null}}',
        '{"id_token":{"acr":{"values":[1]}}}',
        '{"id_token":{"sub":{"value":{}}}}',
        '{"id_token":' + "[" * 3000,
        '{"id_token":{' + ",".join(f'"c{number}":null' for number in range(600)) + "}}",
        '{"userinfo":{"name":{"value":"' + "x" * 9000 + '"}}}',
        "\u0000",
    ],
    ids=lambda text: text[:40].encode("unicode_escape").decode(),
)
def test_malformed_claims_are_the_clients_error(broker: Broker, shop: Service, person: Person, claims: str) -> None:
    request = asking(broker, shop, claims)
    response = person.get(request.url)
    if claims == "\u0000":
        assert response.status_code == 400
        return
    assert request.error_from(response) == "invalid_request"


@pytest.mark.parametrize("values", [" ", "a a", "žltý", " ".join(f"v{number}" for number in range(17)), "x" * 256])
def test_malformed_classes_are_the_clients_error(broker: Broker, shop: Service, person: Person, values: str) -> None:
    request = authorization(broker, shop, acr_values=values)
    assert request.error_from(person.get(request.url)) == "invalid_request"


def test_a_class_that_can_be_had_is(broker: Broker, shop: Service, jana: Account, person: Person) -> None:
    request = asking(broker, shop, essential("urn:nobody", PASSWORD))
    tokens = request.tokens_for(code_by_local_login(person, request, jana))
    assert unverified_claims(tokens["id_token"])["acr"] == PASSWORD
    silent = authorization(broker, shop, scope="openid", acr_values=f"urn:nobody {PASSWORD}", prompt="none")
    assert "code" in query_of(location_of(person.get(silent.url)))


@pytest.mark.parametrize("prompt", [None, "none", "login"])
def test_a_class_that_cannot_be_had_is_refused_only_if_essential(
    broker: Broker, shop: Service, person: Person, prompt: str | None
) -> None:
    request = asking(broker, shop, essential("urn:nobody"), prompt=prompt)
    assert request.error_from(person.get(request.url)) == "unmet_authentication_requirements"
    wish = authorization(broker, shop, acr_values="urn:nobody", prompt=prompt)
    answer = person.get(wish.url)
    if prompt == "none":
        assert wish.error_from(answer) == "login_required"
    else:
        assert page_is_login(person, answer)


def page_is_login(person: Person, answer: httpx.Response) -> bool:
    page = person.follow(answer)
    return page.status_code == 200 and page.url.path == "/login"


def test_a_request_about_one_person_is_answered_about_nobody_else(
    broker: Broker, shop: Service, jana: Account, person: Person
) -> None:
    first = authorization(broker, shop)
    subject = unverified_claims(first.tokens_for(code_by_local_login(person, first, jana))["id_token"])["sub"]
    hers = asking(broker, shop, {"id_token": {"sub": {"value": subject}}}, prompt="none")
    assert "code" in query_of(location_of(person.get(hers.url)))
    others = asking(broker, shop, {"id_token": {"sub": {"value": "somebody else"}}}, prompt="none")
    assert others.error_from(person.get(others.url)) == "login_required"
    insisting = asking(broker, shop, {"userinfo": {"sub": {"value": "somebody else"}}})
    answer = log_in_locally(person, login_page(person, insisting), jana, shop.redirect_uri)
    assert insisting.error_from(answer) == "login_required"
