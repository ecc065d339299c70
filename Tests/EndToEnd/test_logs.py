"""The audit, Ray IDs, and logs that keep secrets to themselves."""

from __future__ import annotations

import json
import re

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker
from support.login import code_by_local_login, log_in_locally, login_page
from support.oauth import authorization, refresh, unverified_claims
from support.person import Person
from support.ports import wait_until

OF_A_LOGIN = {
    "authorization.initiated",
    "login.succeeded",
    "login.failed",
    "consent.granted",
    "authorization.granted",
    "token.issued",
    "token.refreshed",
}


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


def test_the_audit_shows_a_login_from_beginning_to_end(broker: Broker, person: Person) -> None:
    service = broker.add_service("audited", first_party=False)
    account = broker.add_account("audited")
    request = authorization(broker, service)
    tokens = request.tokens_for(code_by_local_login(person, request, account))
    refresh(broker, service, tokens["refresh_token"])
    with Person() as somebody:
        wrong = Account(account.username, "not-the-password", "", "")
        log_in_locally(somebody, login_page(somebody, authorization(broker, service)), wrong)
    events = broker.cli_json("audit")
    subject = unverified_claims(tokens["id_token"])["sub"]
    mine = [event for event in events if service.client_id == event.get("client_id") or subject == event.get("account")]
    assert {event["event"] for event in mine} >= OF_A_LOGIN
    assert all(event["ray_id"] for event in mine if event["event"] in OF_A_LOGIN)
    issued = next(event for event in mine if event["event"] == "token.issued")
    assert (issued["account"], issued["client_id"]) == (subject, service.client_id)
    assert issued["provider"] == "local"
    text = json.dumps(events)
    assert not [kind for value, kind in broker.ledger.values.items() if value in text]


def test_every_answer_has_a_ray_id_of_its_own_and_the_log_has_it_too(broker: Broker) -> None:
    rays = [httpx.get(broker.url(path)).headers["ray-id"] for path in ("/", "/login", "/nowhere", "/oauth2/jwks")]
    assert len(set(rays)) == len(rays)
    for ray in rays:
        wait_until(lambda ray=ray: ray in broker.log_text(), f"{ray} in the log", 5)


def test_a_json_log_is_json_line_by_line(make_broker: BrokerMaker, person: Person) -> None:
    broker = make_broker("json-log", options=["--log-format", "json", "--log-level", "debug"])
    broker.start()
    service = broker.add_service("library", first_party=False)
    account = broker.add_account("jana")
    request = authorization(broker, service)
    refresh(broker, service, request.tokens_for(code_by_local_login(person, request, account))["refresh_token"])
    broker.stop()
    lines = [json.loads(line) for line in broker.log_text().splitlines()]
    assert any("ray" in key.lower() for line in lines for key in flat_keys(line))
    assert broker.leaks() == []


def flat_keys(value: object) -> list[str]:
    """All member names, however deep."""
    if isinstance(value, dict):
        return [name for key, inner in value.items() for name in (key, *flat_keys(inner))]
    return []


def test_a_debug_text_log_has_no_secret_and_no_query(make_broker: BrokerMaker, person: Person) -> None:
    broker = make_broker("text-log", options=["--log-level", "debug"])
    broker.start()
    service = broker.add_service("library", first_party=False)
    account = broker.add_account("jana")
    request = authorization(broker, service)
    refresh(broker, service, request.tokens_for(code_by_local_login(person, request, account))["refresh_token"])
    broker.stop()
    assert broker.leaks() == []
    assert not re.search(r"\?\w+=", broker.log_text()), "no query string"
