"""Signing keys by command, while people log in and services verify."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, refresh, userinfo
from support.person import Person
from support.ports import wait_until

SOON = 30


@pytest.fixture
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


def keys(broker: Broker, algorithm: str) -> dict[str, list[dict[str, str]]]:
    """The keys of an algorithm as the command lists them, by state."""
    found: dict[str, list[dict[str, str]]] = {"next": [], "active": [], "retiring": []}
    for key in broker.cli_json("key", "list"):
        if key["alg"] == algorithm:
            found[key["state"]].append(key)
    return found


def published(broker: Broker) -> KeySet:
    """What a verifier sees."""
    return KeySet.import_key_set(httpx.get(broker.url("/oauth2/jwks")).json())


def kid(token: str) -> str:
    """The key a token says it was signed with."""
    return jws.extract_compact(token.encode()).headers()["kid"]


def log_in(broker: Broker, service: Service, account: Account) -> dict[str, str]:
    """A fresh login's tokens."""
    with Person(broker.ledger) as somebody:
        request = authorization(broker, service)
        return request.tokens_for(code_by_local_login(somebody, request, account))


def test_a_rotated_key_is_published_before_it_signs(broker: Broker) -> None:
    service = broker.add_service("library", "--token-profile", "jwt")
    account = broker.add_account("ida")
    old = keys(broker, "RS256")["active"][0]["kid"]
    broker.cli_json("key", "rotate", "--algorithm", "RS256")
    found = keys(broker, "RS256")
    assert [key["kid"] for key in found["active"]] == [old]
    assert len(found["next"]) == 1
    assert not keys(broker, "ES256")["next"]
    tokens = log_in(broker, service, account)
    assert kid(tokens["id_token"]) == old
    assert found["next"][0]["kid"] in {key.kid for key in published(broker).keys}

    # A day later, as far as the database tells.
    with closing(sqlite3.connect(broker.data / "drawbridge.sqlite")) as database, database:
        database.execute("UPDATE signing_keys SET signs_from = created_at WHERE state = 'next'")
    wait_until(lambda: keys(broker, "RS256")["retiring"], "the change-over", SOON)
    new = log_in(broker, service, account)
    assert kid(new["id_token"]) == found["next"][0]["kid"]
    for token in (tokens, new):
        jwt.decode(token["id_token"], published(broker), algorithms=["RS256"])
        assert userinfo(broker, token["access_token"]).status_code == 200

    # And when all that the old key signed has expired.
    with closing(sqlite3.connect(broker.data / "drawbridge.sqlite")) as database, database:
        database.execute("UPDATE signing_keys SET removable_at = created_at WHERE state = 'retiring'")
    wait_until(lambda: not keys(broker, "RS256")["retiring"], "the old key's end", SOON)
    assert old not in {key.kid for key in published(broker).keys}
    kinds = [event["event"] for event in broker.cli_json("audit", "--limit", "500")]
    assert kinds.count("key.scheduled") == kinds.count("key.rotated") == kinds.count("key.removed") == 1


def test_a_compromised_key_is_replaced_at_once_in_the_middle_of_traffic(broker: Broker) -> None:
    service = broker.add_service("library", "--token-profile", "jwt")
    account = broker.add_account("ida")
    tokens = log_in(broker, service, account)
    old = kid(tokens["id_token"])
    refused = broker.cli("key", "retire", old)
    assert refused.returncode == 1
    assert "rotate first" in refused.stderr
    broker.cli_json("key", "rotate", "--now")

    seen = set()
    last = tokens

    def changed_over() -> bool:
        nonlocal last
        answer = refresh(broker, service, last["refresh_token"])
        assert answer.status_code == 200, answer.text
        last = answer.json()
        seen.add(kid(last["access_token"]))
        # Whatever signs is published at the moment it signs.
        jwt.decode(last["access_token"], published(broker), algorithms=["RS256"])
        return seen > {old}

    wait_until(changed_over, "the change-over", SOON)
    wait_until(lambda: keys(broker, "RS256")["retiring"], "the old key's retirement", SOON)
    assert userinfo(broker, tokens["access_token"]).status_code == 200
    refused = broker.cli("key", "retire", old)
    assert refused.returncode == 1
    assert "--now" in refused.stderr
    broker.cli_json("key", "retire", old, "--now")
    assert old not in {key.kid for key in published(broker).keys}
    wait_until(lambda: userinfo(broker, tokens["access_token"]).status_code == 401, "the old key's end", SOON)
    assert userinfo(broker, last["access_token"]).status_code == 200
