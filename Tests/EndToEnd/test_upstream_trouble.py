"""A provider's bad minute is not the city's: refresh, key rotation and slowness upstream."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.forgery import SigningKey
from support.front_end import FrontEnd
from support.login import code_by_local_login
from support.oauth import authorization, noted_tokens, refresh, userinfo
from support.person import Person
from support.ports import free_port
from support.refusal import assert_no_code, assert_oauth_error, assert_page
from support.stand_in import Mood, StandInPool

ORIGIN = "http://localhost:24996"
PATIENCE = 3.0


@pytest.fixture
def pool() -> Iterator[StandInPool]:
    pool = StandInPool()
    yield pool
    pool.stop()


@pytest.fixture
def broker(make_broker: BrokerMaker, pool: StandInPool) -> Broker:
    broker = make_broker(options=["--login-front-end", ORIGIN])
    broker.write_provider(pool.provider_file())
    broker.write_provider(
        {
            "id": "dead",
            "type": "oidc",
            "name": "Dead City",
            "issuer": f"http://127.0.0.1:{free_port()}",
            "client_id": "drawbridge",
            "client_secret": "nobody-will-ever-ask",
        }
    )
    broker.start()
    return broker


@pytest.fixture
def front_end(broker: Broker) -> FrontEnd:
    return FrontEnd(broker, ORIGIN)


@pytest.fixture
def transport(broker: Broker) -> Service:
    return broker.add_service("transport")


@pytest.fixture
def tokens(
    broker: Broker, front_end: FrontEnd, transport: Service, pool: StandInPool, person: Person
) -> dict[str, str]:
    request = authorization(broker, transport)
    return request.tokens_for(front_end.bridge(person, request, pool.good_tokens()))


def test_a_broken_upstream_logs_nobody_out(
    broker: Broker, transport: Service, pool: StandInPool, tokens: dict[str, str]
) -> None:
    pool.mood = Mood.BROKEN
    answer = refresh(broker, transport, tokens["refresh_token"])
    assert_oauth_error(answer, "temporarily_unavailable", 503)
    assert int(answer.headers["retry-after"]) > 0
    pool.mood = Mood.WELL
    again = refresh(broker, transport, tokens["refresh_token"])
    assert again.status_code == 200, again.text
    assert userinfo(broker, noted_tokens(broker, again)["access_token"]).status_code == 200


def test_an_upstream_that_is_gone_logs_nobody_out(
    broker: Broker, transport: Service, pool: StandInPool, tokens: dict[str, str]
) -> None:
    pool.stop()
    answer = refresh(broker, transport, tokens["refresh_token"])
    assert_oauth_error(answer, "temporarily_unavailable", 503)
    assert int(answer.headers["retry-after"]) > 0


def test_only_the_upstreams_own_refusal_ends_a_grant(
    broker: Broker, transport: Service, pool: StandInPool, tokens: dict[str, str]
) -> None:
    pool.mood = Mood.REFUSING
    assert_oauth_error(refresh(broker, transport, tokens["refresh_token"]), "invalid_grant")
    pool.mood = Mood.WELL
    assert_oauth_error(refresh(broker, transport, tokens["refresh_token"]), "invalid_grant")
    assert userinfo(broker, tokens["access_token"]).status_code == 401


def test_a_refresh_that_answers_for_somebody_else_is_not_handed_on(
    broker: Broker, transport: Service, pool: StandInPool, tokens: dict[str, str]
) -> None:
    pool.mood = Mood.MISTAKEN
    answer = refresh(broker, transport, tokens["refresh_token"])
    assert answer.status_code in (400, 502, 503)
    assert "access_token" not in answer.json()


def test_a_burst_of_refreshes_is_one_refresh_upstream(
    broker: Broker, transport: Service, pool: StandInPool, tokens: dict[str, str]
) -> None:
    with ThreadPoolExecutor(20) as workers:
        answers = list(workers.map(lambda _: refresh(broker, transport, tokens["refresh_token"]), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert pool.refreshes == 1
    assert len({noted_tokens(broker, answer)["refresh_token"] for answer in answers}) == 1


def test_a_silent_upstream_slows_nobody_else_down(
    broker: Broker, transport: Service, pool: StandInPool, tokens: dict[str, str]
) -> None:
    accounts = [broker.add_account(f"unhurt-{number}") for number in range(3)]
    code_time(broker, transport, accounts[0])
    pool.mood = Mood.SILENT
    with ThreadPoolExecutor(10) as workers:
        stuck = [workers.submit(refresh_patiently, broker, transport, tokens["refresh_token"]) for _ in range(10)]
        time.sleep(0.3)
        assert code_time(broker, transport, accounts[1]) < PATIENCE
        assert code_time(broker, transport, accounts[2]) < PATIENCE
        for one in stuck:
            assert_oauth_error(one.result(), "temporarily_unavailable", 503)


def refresh_patiently(broker: Broker, service: Service, token: str) -> httpx.Response:
    """Refresh, and wait longer than the broker may."""
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return httpx.post(broker.url("/oauth2/token"), data=form, auth=service.basic, timeout=60)


def code_time(broker: Broker, service: Service, account: Account) -> float:
    """Seconds a whole login by local account takes, token request included."""
    with Person(broker.ledger) as somebody:
        begun = time.monotonic()
        request = authorization(broker, service, provider="local")
        request.tokens_for(code_by_local_login(somebody, request, account))
        return time.monotonic() - begun


def test_a_dead_provider_is_an_error_page_in_time(broker: Broker, transport: Service, person: Person) -> None:
    begun = time.monotonic()
    response = person.open(authorization(broker, transport, provider="dead").url, transport.redirect_uri)
    assert time.monotonic() - begun < 15
    if response.is_redirect:
        assert "temporarily_unavailable" in response.headers["location"]
    else:
        assert_page(response, 502, 503)


def test_a_new_signing_key_upstream_is_fetched_when_a_token_names_it(
    broker: Broker, front_end: FrontEnd, transport: Service, pool: StandInPool, tokens: dict[str, str]
) -> None:
    assert tokens
    pool.keys.append(SigningKey("stand-in-2"))
    assert stores(broker, front_end, transport, pool)


def stores(broker: Broker, front_end: FrontEnd, service: Service, pool: StandInPool) -> bool:
    """Whether tokens signed with the newest key are taken now."""
    with Person(broker.ledger) as somebody:
        payload = front_end.begin(somebody, authorization(broker, service))
        return front_end.store_from_browser(somebody, payload, pool.good_tokens()).is_success


def test_unknown_keys_do_not_make_the_broker_hammer_the_provider(
    broker: Broker, front_end: FrontEnd, transport: Service, pool: StandInPool, person: Person
) -> None:
    invented = SigningKey("invented")
    for number in range(20):
        payload = front_end.begin(person, authorization(broker, transport))
        access = invented.sign(pool.access_claims(), kid=f"invented-{number}")
        stored = person.post(
            broker.url("/oauth2/store"),
            json={"payload": payload, "access_token": access},
            headers={"Origin": ORIGIN},
        )
        assert 400 <= stored.status_code < 500
        assert_no_code(front_end.proceed(person, payload))
    assert pool.key_set_requests <= 1 + 3 + 1, "at first, three in a row, and one more if this took half a minute"
