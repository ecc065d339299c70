"""Policy is asked on every path: what is switched off, disabled or deleted in mid-flow stops there."""

from __future__ import annotations

import time

import pytest

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.front_end import FrontEnd
from support.login import code_by_local_login, log_in_locally, login_page
from support.oauth import Authorization, authorization, refresh, userinfo
from support.person import Person, location_of, page_of
from support.pool import Pool
from support.ports import wait_until
from support.refusal import assert_no_code, assert_oauth_error, assert_page

ORIGIN = "http://localhost:24995"


@pytest.fixture(scope="module")
def second_broker(make_broker: BrokerMaker) -> Broker:
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    return upstream


@pytest.fixture
def broker(make_broker: BrokerMaker, second_broker: Broker, moto_pool: Pool) -> Broker:
    broker = make_broker(options=["--login-front-end", ORIGIN, "--code-lifetime", "2"])
    broker.write_provider(moto_pool.provider_file())
    sister.connect(broker, second_broker, "sister", "Sister City")
    broker.start()
    return broker


@pytest.fixture
def transport(broker: Broker) -> Service:
    return broker.add_service("transport")


@pytest.fixture
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def switch_off(broker: Broker, provider: str) -> None:
    """Disable a provider by the command, and wait for the running broker to notice."""
    answer = broker.cli("provider", "disable", provider, "--providers", str(broker.providers))
    assert answer.returncode == 0, answer.stderr
    wait_until(lambda: not offered(broker, provider), f"{provider} to be off", 20)


def offered(broker: Broker, provider: str) -> bool:
    """Whether an authorization request may name the provider."""
    if broker.cli("client", "show", "asking").returncode != 0:
        broker.add_service("asking")
    service = Service("asking", "https://asking.city.example/callback", "", None, "openid")
    with Person() as somebody:
        answer = somebody.get(authorization(broker, service, provider=provider).url)
        return "error=" not in location_of(answer)


def code_by_front_end(broker: Broker, request: Authorization, pool: Pool, name: str) -> str:
    """A bridge login of somebody new."""
    front_end = FrontEnd(broker, ORIGIN)
    with Person(broker.ledger) as somebody:
        return front_end.bridge(somebody, request, pool.log_in(pool.add_person(name, "Changed Mind")))


def test_a_provider_switched_off_between_login_and_callback_completes_nothing(
    broker: Broker, second_broker: Broker, transport: Service, person: Person
) -> None:
    account = second_broker.add_account(f"off-{broker.port}")
    there = person.open(authorization(broker, transport, provider="sister").url)
    callback = broker.url("/login/sister/callback")
    answer = log_in_locally(person, there, account, callback)
    switch_off(broker, "sister")
    response = person.get(location_of(answer))
    assert_no_code(response)
    assert_page(response, 400, 403, 404)
    assert person.cookie("drawbridge-session") is None


def test_a_provider_switched_off_is_no_way_in_any_more(broker: Broker, transport: Service, person: Person) -> None:
    page = person.open(authorization(broker, transport, provider="local").url)
    payload = page_of(page).form(action="/login/local").fields["payload"]
    switch_off(broker, "sister")
    response = person.get(broker.url("/login/sister"), params={"payload": payload})
    assert_no_code(response)
    assert_page(response, 400, 403, 404)


def test_a_provider_switched_off_before_staging_takes_no_tokens(
    broker: Broker, transport: Service, moto_pool: Pool, person: Person
) -> None:
    front_end = FrontEnd(broker, ORIGIN)
    payload = front_end.begin(person, authorization(broker, transport))
    tokens = moto_pool.log_in(moto_pool.add_person(f"unstaged-{broker.port}", "Unstaged"))
    switch_off(broker, "city-pool")
    stored = front_end.store_from_browser(person, payload, tokens)
    assert 400 <= stored.status_code < 500
    assert_no_code(front_end.proceed(person, payload))


def test_a_provider_switched_off_ends_consent_and_single_sign_on(
    broker: Broker, second_broker: Broker, transport: Service, person: Person
) -> None:
    account = second_broker.add_account(f"asked-{broker.port}")
    theatre = broker.add_service("theatre", first_party=False)
    there = person.open(authorization(broker, theatre, provider="sister").url)
    asked = log_in_locally(person, there, account, theatre.redirect_uri)
    form = page_of(asked).form(action="/consent")
    silent = authorization(broker, transport, prompt="none", provider="sister")
    assert silent.code_from(person.open(silent.url, transport.redirect_uri))
    switch_off(broker, "sister")
    assert_no_code(person.submit(asked, form, {"decision": "allow"}, theatre.redirect_uri))
    silent = authorization(broker, transport, prompt="none", provider="sister")
    assert_no_code(person.open(silent.url, transport.redirect_uri))


def test_a_provider_switched_off_between_staging_and_continuing_completes_nothing(
    broker: Broker, transport: Service, moto_pool: Pool, person: Person
) -> None:
    front_end = FrontEnd(broker, ORIGIN)
    payload = front_end.begin(person, authorization(broker, transport))
    tokens = moto_pool.log_in(moto_pool.add_person(f"staged-{broker.port}", "Staged"))
    assert front_end.store_from_browser(person, payload, tokens).status_code == 200
    switch_off(broker, "city-pool")
    assert_no_code(front_end.proceed(person, payload))


def test_a_provider_switched_off_before_redemption_yields_no_tokens(
    broker: Broker, transport: Service, moto_pool: Pool
) -> None:
    request = authorization(broker, transport)
    code = code_by_front_end(broker, request, moto_pool, f"redeems-{broker.port}")
    switch_off(broker, "city-pool")
    assert_oauth_error(request.redeem(code), "invalid_grant")


def test_a_provider_switched_off_refreshes_nothing(broker: Broker, transport: Service, moto_pool: Pool) -> None:
    request = authorization(broker, transport)
    tokens = request.tokens_for(code_by_front_end(broker, request, moto_pool, f"refreshes-{broker.port}"))
    switch_off(broker, "city-pool")
    answer = refresh(broker, transport, tokens["refresh_token"])
    assert_oauth_error(answer, "temporarily_unavailable", 503)


def test_an_account_disabled_before_redemption_yields_no_tokens(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport, provider="local")
    code = code_by_local_login(person, request, jana)
    broker.cli_json("account", "disable", jana.username)
    assert_oauth_error(request.redeem(code), "invalid_grant")


def test_an_account_disabled_before_consent_gets_no_code(broker: Broker, jana: Account, person: Person) -> None:
    theatre = broker.add_service("theatre", first_party=False)
    request = authorization(broker, theatre, provider="local")
    asked = log_in_locally(person, login_page(person, request), jana, theatre.redirect_uri)
    broker.cli_json("account", "disable", jana.username)
    response = person.submit(asked, page_of(asked).form(action="/consent"), {"decision": "allow"}, theatre.redirect_uri)
    assert_no_code(response)


def test_a_new_password_ends_the_sessions_of_the_old_one(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    code_by_local_login(person, authorization(broker, transport, provider="local"), jana)
    broker.cli_json("account", "set-password", jana.username, "--password-stdin", stdin="a-new-password-of-jana")
    silent = authorization(broker, transport, provider="local", prompt="none")
    assert silent.error_from(person.open(silent.url, transport.redirect_uri)) == "login_required"


def test_a_client_deleted_takes_its_codes_and_tokens_with_it(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport, provider="local")
    tokens = request.tokens_for(code_by_local_login(person, request, jana))
    second = authorization(broker, transport, provider="local")
    code = second.code_from(person.open(second.url, transport.redirect_uri))
    assert broker.cli("client", "delete", transport.client_id).returncode == 0
    assert_oauth_error(second.redeem(code), "invalid_client", 401)
    assert userinfo(broker, tokens["access_token"]).status_code == 401

    again = broker.add_service(transport.client_id)
    assert_oauth_error(refresh(broker, again, tokens["refresh_token"]), "invalid_grant")
    assert userinfo(broker, tokens["access_token"]).status_code == 401


def test_a_client_limited_to_some_providers_takes_no_other(
    broker: Broker, jana: Account, moto_pool: Pool, person: Person
) -> None:
    local_only = broker.add_service("local-only", "--provider", "local")
    front_end = FrontEnd(broker, ORIGIN)
    for named in ("sister", "city-pool"):
        request = authorization(broker, local_only, provider=named)
        assert request.error_from(person.open(request.url, local_only.redirect_uri)) == "invalid_request"
    page = login_page(person, authorization(broker, local_only))
    assert not [link for link in page_of(page).links if "/login/sister" in link]
    payload = page_of(page).form(action="/login/local").fields["payload"]
    assert_page(person.get(broker.url("/login/sister"), params={"payload": payload}), 403, 404)
    tokens = moto_pool.log_in(moto_pool.add_person(f"limited-{broker.port}", "Limited"))
    stored = front_end.store_from_browser(person, payload, tokens)
    assert 400 <= stored.status_code < 500
    assert code_by_local_login(person, authorization(broker, local_only), jana)


def test_a_session_of_one_provider_does_not_open_a_client_that_takes_only_another(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    code_by_local_login(person, authorization(broker, transport, provider="local"), jana)
    sisters = broker.add_service("sisters", "--provider", "sister")
    silent = authorization(broker, sisters, prompt="none")
    assert silent.error_from(person.open(silent.url, sisters.redirect_uri)) == "login_required"


def test_a_code_ends_with_its_lifetime(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    request = authorization(broker, transport, provider="local")
    code = code_by_local_login(person, request, jana)
    time.sleep(2.5)
    assert_oauth_error(request.redeem(code), "invalid_grant")
