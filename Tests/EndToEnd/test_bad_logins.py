"""What bad input gets on the pages and at the callbacks of upstream providers."""

from __future__ import annotations

import secrets
from urllib.parse import quote, urlencode

import pytest

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.oauth import authorization
from support.person import Person, location_of, query_of
from support.refusal import assert_no_code, assert_page, browse

CALLBACK = "https://transport.city.example/callback"
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def second_broker(make_broker: BrokerMaker) -> Broker:
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    return upstream


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, second_broker: Broker) -> Broker:
    broker = make_broker()
    sister.connect(broker, second_broker, "sister-a", "Sister A")
    sister.connect(broker, second_broker, "sister-b", "Sister B")
    broker.start()
    return broker


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport", redirect_uri=CALLBACK)


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def upstream_state(person: Person, broker: Broker, service: Service, provider: str) -> str:
    """Begin a login at ``provider``; answers the state its callback expects."""
    response = person.get(authorization(broker, service, provider=provider).url)
    for _ in range(5):
        if not location_of(response).startswith(broker.issuer):
            return query_of(location_of(response))["state"]
        response = person.get(location_of(response))
    raise AssertionError("never sent upstream")


@pytest.mark.parametrize("answer", [{"code": "a-code-of-b"}, {"error": "access_denied"}])
def test_the_state_of_one_provider_is_worth_nothing_at_another(
    answer: dict[str, str], broker: Broker, transport: Service, person: Person
) -> None:
    state = upstream_state(person, broker, transport, "sister-a")
    query = urlencode(answer | {"state": state})
    assert_page(person.get(broker.url(f"/login/sister-b/callback?{query}")), 400, 403)


@pytest.mark.parametrize("state", ["", "nonsense", None])
def test_a_callback_without_a_good_state_is_refused(state: str | None, broker: Broker, person: Person) -> None:
    query = {"code": "c"} | ({} if state is None else {"state": state})
    assert_page(person.get(broker.url(f"/login/sister-a/callback?{urlencode(query)}")), 400, 403)


def test_a_callback_in_another_browser_is_refused(broker: Broker, transport: Service, person: Person) -> None:
    state = upstream_state(person, broker, transport, "sister-a")
    with Person() as other:
        other.get(authorization(broker, transport).url)
        query = urlencode({"code": "c", "state": state})
        assert_page(other.get(broker.url(f"/login/sister-a/callback?{query}")), 400, 403)


def test_a_callback_that_names_another_issuer_is_refused(broker: Broker, transport: Service, person: Person) -> None:
    state = upstream_state(person, broker, transport, "sister-a")
    query = urlencode({"code": "c", "state": state, "iss": "https://somebody.else.example"})
    response = person.get(broker.url(f"/login/sister-a/callback?{query}"))
    assert_no_code(response)
    assert response.status_code in (400, 403, 502) or "error" in query_of(location_of(response))


def test_an_unknown_provider_is_an_error_page(broker: Broker, transport: Service, person: Person) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    assert_page(person.get(broker.url("/login/nobody"), params={"payload": payload}), 404)
    state = upstream_state(person, broker, transport, "sister-a")
    assert_page(person.get(broker.url("/login/nobody/callback"), params={"code": "c", "state": state}), 400, 403, 404)


@pytest.mark.parametrize("path", ["/login", "/consent", "/login/sister-a", "/oauth2/continue"])
@pytest.mark.parametrize("payload", [None, "", "nonsense", "a" * 5000, "%ff", quote("ž" * 100)])
def test_a_page_without_a_good_payload_is_an_error_page(path: str, payload: str | None, broker: Broker) -> None:
    query = "" if payload is None else f"?payload={payload}"
    response = browse(broker.url(path + query))
    assert_no_code(response)
    if path == "/login" and payload is None:
        assert response.status_code in (200, 303, 400)
    else:
        assert_page(response)


@pytest.mark.parametrize("change", ["first", "middle", "last", "shorter", "longer"])
def test_an_altered_payload_is_refused(change: str, broker: Broker, transport: Service, person: Person) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    place = {"first": 0, "middle": len(payload) // 2, "last": len(payload) - 1}.get(change)
    if place is not None:
        other = "A" if payload[place] != "A" else "B"
        altered = payload[:place] + other + payload[place + 1 :]
    else:
        altered = payload[:-1] if change == "shorter" else payload + "A"
    assert_page(person.get(broker.url("/login"), params={"payload": altered}), 400, 403)


def test_a_login_form_from_another_browser_is_refused(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    fields = {"payload": payload, "username": jana.username, "password": jana.password}
    with Person() as other:
        other.get(authorization(broker, transport).url)
        response = other.post(broker.url("/login/local"), data=fields, headers={"Origin": broker.issuer})
        assert_page(response, 400, 403)
        assert other.cookie("drawbridge-session") is None


@pytest.mark.parametrize("field", ["username", "password", "payload"])
@pytest.mark.parametrize("value", ["", "a" * 5000, "\x00", "%ff"])
def test_strange_values_in_the_account_form_log_nobody_in(
    field: str, value: str, broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    fields = {"payload": payload, "username": jana.username, "password": secrets.token_urlsafe(12)} | {field: value}
    body = urlencode(fields).replace("%25ff", "%ff")
    response = person.post(
        broker.url("/login/local"),
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": broker.issuer},
    )
    assert_no_code(response)
    assert person.cookie("drawbridge-session") is None
