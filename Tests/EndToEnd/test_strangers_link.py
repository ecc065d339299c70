"""A stranger's login link (DESIGN §2), played out in two browsers; login CSRF; session fixation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.front_end import FrontEnd
from support.login import code_by_local_login, log_in_locally, login_page
from support.oauth import authorization, unverified_claims
from support.person import Person, location_of, page_of, query_of
from support.pool import Pool, PoolPerson
from support.refusal import assert_no_code, assert_page

ORIGIN = "http://localhost:24997"


@pytest.fixture(scope="module")
def second_broker(make_broker: BrokerMaker) -> Broker:
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    return upstream


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, moto_pool: Pool, second_broker: Broker) -> Broker:
    broker = make_broker(options=["--login-front-end", ORIGIN])
    broker.write_provider(moto_pool.provider_file())
    sister.connect(broker, second_broker, "sister", "Sister City")
    broker.start()
    return broker


@pytest.fixture(scope="module")
def front_end(broker: Broker) -> FrontEnd:
    return FrontEnd(broker, ORIGIN)


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport")


@pytest.fixture(scope="module")
def victims_account(broker: Broker) -> Account:
    return broker.add_account("victim", "The Victim")


@pytest.fixture(scope="module")
def pool_victim(moto_pool: Pool) -> PoolPerson:
    return moto_pool.add_person("pool-victim", "The Victim")


@pytest.fixture
def attacker(broker: Broker) -> Iterator[Person]:
    with Person(broker.ledger) as somebody:
        yield somebody


@pytest.fixture
def victim(broker: Broker) -> Iterator[Person]:
    with Person(broker.ledger) as somebody:
        yield somebody


def test_a_login_by_the_attackers_link_at_the_front_end_gives_the_attacker_nothing(
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    moto_pool: Pool,
    pool_victim: PoolPerson,
    attacker: Person,
    victim: Person,
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(attacker, request)

    stored = front_end.store_from_browser(victim, payload, moto_pool.log_in(pool_victim))
    assert_page(front_end.proceed(attacker, payload), 400, 403)
    assert_no_code(attacker.get(request.url))

    if stored.status_code == 200:
        fresh = stored.json()["payload"]
        assert fresh != payload
        assert_page(front_end.proceed(victim, fresh), 400, 403)


def test_the_attackers_link_is_worth_nothing_even_when_the_front_end_stores_from_its_back_end(
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    moto_pool: Pool,
    pool_victim: PoolPerson,
    attacker: Person,
    victim: Person,
) -> None:
    back_end = broker.add_back_end("front-end-back-end")
    payload = front_end.begin(attacker, authorization(broker, transport))
    stored = front_end.store_from_back_end(payload, moto_pool.log_in(pool_victim), back_end.basic)
    assert stored.status_code == 200, stored.text
    fresh = stored.json()["payload"]

    assert_page(front_end.proceed(attacker, payload), 400, 403)
    assert_page(front_end.proceed(victim, fresh), 400, 403)
    victims_own = front_end.begin(victim, authorization(broker, transport))
    assert victims_own != payload
    assert_page(front_end.proceed(victim, fresh), 400, 403)


def test_the_attackers_own_login_does_not_land_in_the_victims_browser(
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    moto_pool: Pool,
    attacker: Person,
    victim: Person,
) -> None:
    payload = front_end.begin(attacker, authorization(broker, transport))
    lure = moto_pool.log_in(moto_pool.add_person("pool-attacker", "The Attacker"))
    assert front_end.store_from_browser(attacker, payload, lure).status_code == 200

    assert_page(front_end.proceed(victim, payload), 400, 403)
    assert victim.cookie("drawbridge-session") is None
    front_end.begin(victim, authorization(broker, transport))
    assert_page(front_end.proceed(victim, payload), 400, 403)
    assert victim.cookie("drawbridge-session") is None


def test_the_broker_led_login_page_of_an_attackers_link_does_not_open_in_the_victims_browser(
    broker: Broker, transport: Service, attacker: Person, victim: Person
) -> None:
    page = login_page(attacker, authorization(broker, transport, provider="local"))
    assert_page(victim.get(str(page.url)), 400, 403)
    victim.get(authorization(broker, transport, provider="local").url)
    assert_page(victim.get(str(page.url)), 400, 403)


def test_an_attackers_login_form_sent_from_the_victims_browser_logs_nobody_in(
    broker: Broker, transport: Service, victims_account: Account, attacker: Person, victim: Person
) -> None:
    page = login_page(attacker, authorization(broker, transport, provider="local"))
    form = page_of(page).form(action="/login/local")
    fields = form.fields | {"username": victims_account.username, "password": victims_account.password}
    victim.get(authorization(broker, transport, provider="local").url)
    answer = victim.post(broker.url("/login/local"), data=fields, headers={"Origin": broker.issuer})
    assert_page(answer, 400, 403)
    assert victim.cookie("drawbridge-session") is None
    assert_no_code(
        attacker.open(authorization(broker, transport, provider="local", prompt="none").url, transport.redirect_uri)
    )


def test_the_attackers_upstream_answer_does_not_log_the_victim_in(
    broker: Broker, second_broker: Broker, transport: Service, attacker: Person, victim: Person
) -> None:
    lure = second_broker.add_account("sister-attacker", "The Attacker", "--verified")
    there = attacker.open(authorization(broker, transport, provider="sister").url)
    callback = broker.url("/login/sister/callback")
    answer = location_of(log_in_locally(attacker, there, lure, callback))
    assert answer.startswith(callback)
    assert "code" in query_of(answer)

    victim.get(authorization(broker, transport, provider="local").url)
    assert_page(victim.get(answer), 400, 403)
    assert victim.cookie("drawbridge-session") is None


def test_the_victims_upstream_answer_does_not_reach_the_attacker(
    broker: Broker, second_broker: Broker, transport: Service, attacker: Person, victim: Person
) -> None:
    account = second_broker.add_account("sister-victim", "The Victim", "--verified")
    request = authorization(broker, transport, provider="sister")
    response = attacker.get(request.url)
    while location_of(response).startswith(broker.issuer):
        response = attacker.get(location_of(response))
    upstream_link = location_of(response)
    assert upstream_link.startswith(second_broker.issuer)

    callback = broker.url("/login/sister/callback")
    answer = log_in_locally(victim, victim.open(upstream_link), account, callback)
    assert_page(victim.get(location_of(answer)), 400, 403)
    assert_no_code(attacker.open(request.url, transport.redirect_uri))


def test_a_session_cookie_planted_before_login_is_not_the_one_after_it(
    broker: Broker, transport: Service, victims_account: Account, attacker: Person, victim: Person
) -> None:
    own = broker.add_account("fixation-attacker", "The Attacker")
    code_by_local_login(attacker, authorization(broker, transport, provider="local"), own)
    planted = attacker.cookie("drawbridge-session")
    assert planted

    victim.http.cookies.set("drawbridge-session", planted, domain="localhost.local")
    request = authorization(broker, transport, provider="local", prompt="login")
    tokens = request.tokens_for(code_by_local_login(victim, request, victims_account))
    victims_subject = unverified_claims(tokens["id_token"])["sub"]
    values = {cookie.value for cookie in victim.http.cookies.jar if cookie.name == "drawbridge-session"}
    assert values - {planted}, "login gives a new session id"

    silent = authorization(broker, transport, provider="local", prompt="none")
    answer = attacker.open(silent.url, transport.redirect_uri)
    if "code" in query_of(location_of(answer)):
        tokens = silent.tokens_for(silent.code_from(answer))
        assert unverified_claims(tokens["id_token"])["sub"] != victims_subject


@pytest.mark.parametrize("planted", ["attacker-chosen-session-id", "A" * 43, ""])
def test_an_invented_session_cookie_is_nobody(
    planted: str, broker: Broker, transport: Service, victims_account: Account, victim: Person
) -> None:
    victim.http.cookies.set("drawbridge-session", planted, domain="localhost.local")
    silent = authorization(broker, transport, provider="local", prompt="none")
    assert silent.error_from(victim.open(silent.url, transport.redirect_uri)) == "login_required"
    code_by_local_login(victim, authorization(broker, transport, provider="local"), victims_account)
    values = {cookie.value for cookie in victim.http.cookies.jar if cookie.name == "drawbridge-session"}
    assert values - {planted}


def test_a_code_stolen_on_its_way_is_worth_nothing_without_its_verifier(
    broker: Broker, transport: Service, victims_account: Account, victim: Person
) -> None:
    parking = broker.add_service("parking-public", public=True)
    request = authorization(broker, parking, provider="local")
    code = code_by_local_login(victim, request, victims_account)
    attackers = authorization(broker, parking)
    answer = request.redeem(code, code_verifier=attackers.verifier)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_pages_are_not_framed_and_say_no_referrer(broker: Broker, transport: Service, victim: Person) -> None:
    page = login_page(victim, authorization(broker, transport, provider="local"))
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert page.headers["referrer-policy"] in ("no-referrer", "same-origin", "strict-origin")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in page.headers["cache-control"]
