"""How many grants an account may have at a client, how long they last, and what the trail says of their ends."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import Authorization, authorization, refresh, userinfo
from support.person import Person
from support.refusal import assert_oauth_error

LIMIT, IDLE, LIFETIME = 3, 3, 6


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    """A broker that keeps three grants."""
    broker = make_broker(options=["--grants-per-client", str(LIMIT)])
    broker.start()
    return broker


@pytest.fixture(scope="module")
def hasty(make_broker: BrokerMaker) -> Broker:
    """A broker whose grants end within seconds."""
    broker = make_broker("hasty", options=["--grant-idle-lifetime", str(IDLE), "--grant-lifetime", str(LIFETIME)])
    broker.start()
    return broker


def log_in(broker: Broker, service: Service, account: Account) -> dict[str, str]:
    with Person(broker.ledger) as person:
        request = authorization(broker, service)
        return request.tokens_for(code_by_local_login(person, request, account))


def ended(broker: Broker, service: Service) -> list[tuple[object, object]]:
    """The grants at ``service`` that were revoked, oldest event first, and why."""
    events = broker.cli_json("audit", "--client", service.client_id, "--kind", "grant.revoked", "--limit", "1000")
    assert isinstance(events, list)
    return [(event["grant"], event["reason"]) for event in events]


def test_the_oldest_grant_gives_way_to_one_too_many(broker: Broker) -> None:
    service, other = broker.add_service("library"), broker.add_service("museum")
    jana, boris = broker.add_account("jana"), broker.add_account("boris")
    elsewhere = [log_in(broker, other, jana), log_in(broker, service, boris)]
    tokens = [log_in(broker, service, jana) for _ in range(LIMIT)]
    assert not ended(broker, service)
    tokens.append(log_in(broker, service, jana))
    assert [reason for _, reason in ended(broker, service)] == ["limit"]
    assert_oauth_error(refresh(broker, service, tokens[0]["refresh_token"]), "invalid_grant")
    assert userinfo(broker, tokens[0]["access_token"]).status_code == 401
    for living in tokens[1:]:
        assert refresh(broker, service, living["refresh_token"]).status_code == 200
    assert refresh(broker, other, elsewhere[0]["refresh_token"]).status_code == 200
    assert refresh(broker, service, elsewhere[1]["refresh_token"]).status_code == 200


def test_redemptions_all_at_once_do_not_outrun_the_limit(broker: Broker) -> None:
    service, account = broker.add_service("transport"), broker.add_account("eva")
    codes: list[tuple[Authorization, str]] = []
    with Person(broker.ledger) as person:
        for _ in range(20):
            request = authorization(broker, service)
            if codes:
                code = request.code_from(person.open(request.url, service.redirect_uri))
            else:
                code = code_by_local_login(person, request, account)
            codes.append((request, code))
    with ThreadPoolExecutor(20) as pool:
        tokens = list(pool.map(lambda pair: pair[0].tokens_for(pair[1]), codes))
    answers = [refresh(broker, service, token["refresh_token"]) for token in tokens]
    assert sum(answer.status_code == 200 for answer in answers) == LIMIT
    revoked = ended(broker, service)
    assert len(revoked) == len({grant for grant, _ in revoked}) == 20 - LIMIT


def test_an_old_refresh_token_used_again_is_in_the_trail(broker: Broker) -> None:
    service, account = broker.add_service("theatre"), broker.add_account("filip")
    first = log_in(broker, service, account)["refresh_token"]
    second = refresh(broker, service, first).json()["refresh_token"]
    third = refresh(broker, service, second).json()["refresh_token"]
    broker.ledger.note("refresh_token", second)
    broker.ledger.note("refresh_token", third)
    assert_oauth_error(refresh(broker, service, first), "invalid_grant")
    events = broker.cli_json("audit", "--client", service.client_id, "--kind", "refresh.replayed")
    assert [(event["reason"], event["address"]) for event in events] == [("old_refresh_token", "127.0.0.1")]
    assert events[0]["account"]
    assert events[0]["grant"]
    assert_oauth_error(refresh(broker, service, third), "invalid_grant")


def test_a_refresh_token_ends_idle_or_old(hasty: Broker) -> None:
    service = hasty.add_service("archive")
    left, used = (log_in(hasty, service, hasty.add_account(name)) for name in ("gita", "hana"))
    token, began, lived = used["refresh_token"], time.monotonic(), 0.0
    while (answer := refresh(hasty, service, token)).status_code == 200:
        lived = time.monotonic() - began
        assert lived < LIFETIME + 1, "refreshed beyond its lifetime"
        token = answer.json()["refresh_token"]
        hasty.ledger.note("refresh_token", token)
        time.sleep(IDLE / 6)
    assert_oauth_error(answer, "invalid_grant")
    assert lived > IDLE, "kept alive by being used"
    assert_oauth_error(refresh(hasty, service, left["refresh_token"]), "invalid_grant")
