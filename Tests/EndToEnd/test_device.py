"""The device authorization grant (RFC 8628), with oauthlib and Authlib as the devices."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from oauthlib.oauth2 import DeviceClient, OAuth2Error

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.device import (
    GRANT_TYPE,
    Device,
    add_television,
    answer_question,
    device_authorization,
    let_in,
    start,
    to_question,
    type_code,
)
from support.oauth import noted_tokens, refresh, token_request, unverified_claims, userinfo
from support.person import Person, page_of
from support.refusal import assert_oauth_error

pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    # Tests come from one address: this broker believes the one they name, so that its throttle tells them apart.
    broker = make_broker(options=["--trusted-proxies", "127.0.0.1"])
    broker.start()
    return broker


@pytest.fixture(scope="module")
def television(broker: Broker) -> Service:
    return add_television(broker, "television", "--token-profile", "jwt")


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def test_oauthlib_waits_and_gets_its_tokens(broker: Broker, television: Service, jana: Account, person: Person) -> None:
    discovery = httpx.get(broker.url("/.well-known/oauth-authorization-server")).json()
    assert GRANT_TYPE in discovery["grant_types_supported"]
    assert discovery["device_authorization_endpoint"] == broker.url("/oauth2/device_authorization")
    device = start(broker, television)
    client = DeviceClient("television", scope=television.scope.split())

    def ask() -> dict[str, object]:
        body = client.prepare_request_body(device.answer["device_code"], include_client_id=True)
        answer = httpx.post(
            discovery["token_endpoint"],
            content=body,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        return client.parse_request_body_response(answer.text)

    with pytest.raises(OAuth2Error) as pending:
        ask()
    assert pending.value.error == "authorization_pending"
    assert device.answer["interval"] == 5
    let_in(person, device, jana)
    tokens = ask()
    for kind in ("access_token", "refresh_token", "id_token"):
        broker.ledger.note(kind, str(tokens[kind]))
    claims = unverified_claims(str(tokens["id_token"]))
    assert (claims["aud"], claims["idp"]) == ("television", "local")
    assert userinfo(broker, str(tokens["access_token"])).json()["email"] == jana.email
    assert refresh(broker, television, str(tokens["refresh_token"])).status_code == 200


def test_authlib_gets_the_tokens_of_a_client_with_a_secret(broker: Broker, jana: Account, person: Person) -> None:
    service = add_television(broker, "kiosk", public=False)
    device = start(broker, service)
    client = OAuth2Client("kiosk", service.secret, token_endpoint_auth_method="client_secret_basic")
    request = {"grant_type": GRANT_TYPE, "device_code": device.answer["device_code"]}
    with pytest.raises(OAuthError) as pending:
        client.fetch_token(broker.url("/oauth2/token"), **request)
    assert pending.value.error == "authorization_pending"
    let_in(person, device, jana)
    tokens = client.fetch_token(broker.url("/oauth2/token"), **request)
    for kind in ("access_token", "refresh_token", "id_token"):
        broker.ledger.note(kind, tokens[kind])
    assert tokens["scope"] == service.scope


def test_the_person_sees_what_is_asked_and_a_warning_even_with_the_complete_link(
    broker: Broker, television: Service, jana: Account, person: Person
) -> None:
    let_in(person, start(broker, television), jana)
    device = start(broker, television)
    page = person.open(device.answer["verification_uri_complete"])
    assert page_of(page).form(action="/device").fields["user_code"] == device.code
    assert_oauth_error(device.poll(), "authorization_pending")
    question = type_code(person, page)
    assert question.url.path == "/device/confirm", "logged in already, and asked all the same"
    text = page_of(question).text
    for expected in (device.code, "City Television", jana.name, "Is that device in front of you?"):
        assert expected in text
    assert question.headers["x-frame-options"] == "DENY"
    assert device.poll().json()["error"] == "slow_down"
    done = answer_question(person, question, "deny")
    assert done.url.path == "/device/denied"
    assert_oauth_error(device.poll(), "access_denied")
    again = type_code(person, person.open(broker.url("/device")), device.code)
    assert (again.status_code, again.url.path) == (400, "/device")


def test_of_twenty_questions_at_once_one_gets_the_grant(
    broker: Broker, television: Service, jana: Account, person: Person
) -> None:
    device = start(broker, television)
    let_in(person, device, jana)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: device.poll(), range(20)))
    winners = [answer for answer in answers if answer.status_code == 200]
    assert len(winners) == 1
    for answer in answers:
        if answer.status_code != 200:
            assert_oauth_error(answer, "invalid_grant")
    tokens = noted_tokens(broker, winners[0])
    assert userinfo(broker, tokens["access_token"]).status_code == 200, "asking twice is no theft"


def test_a_device_that_asks_too_often_is_slowed_down(broker: Broker, television: Service) -> None:
    device = start(broker, television)
    assert_oauth_error(device.poll(), "authorization_pending")
    for _ in range(3):
        assert_oauth_error(device.poll(), "slow_down")
    time.sleep(4.5)
    assert_oauth_error(device.poll(), "slow_down")


def test_a_decision_outlives_a_crash(make_broker: BrokerMaker) -> None:
    broker = make_broker("crashing")
    broker.start()
    service, account = add_television(broker), broker.add_account("eva")
    waiting, allowed = start(broker, service), start(broker, service)
    with Person(broker.ledger) as person:
        let_in(person, allowed, account)
    broker.kill()
    broker.start()
    noted_tokens(broker, (answer := allowed.poll()))
    assert answer.status_code == 200, answer.text
    assert_oauth_error(waiting.poll(), "authorization_pending")


def guess(person: Person, broker: Broker, code: str) -> httpx.Response:
    return type_code(person, person.open(broker.url("/device")), code)


def test_guessing_is_slowed_down_for_the_browser_and_for_its_address(
    broker: Broker, television: Service, jana: Account
) -> None:
    device = start(broker, television)
    headers = {"X-Forwarded-For": "198.51.100.7"}
    with Person(broker.ledger) as guesser:
        guesser.http.headers.update(headers)
        statuses = [guess(guesser, broker, f"ZZZZ-ZZZ{letter}").status_code for letter in "BCDFGH"]
        assert statuses == [400] * 5 + [429]
        waiting = guess(guesser, broker, device.code)
        assert waiting.status_code == 429, "the right one has to wait as well"
        assert int(waiting.headers["retry-after"]) >= 1
    statuses = []
    for _ in range(20):
        with Person(broker.ledger) as fresh:
            fresh.http.headers.update(headers)
            statuses.append(guess(fresh, broker, "ZZZZ-ZZZZ").status_code)
    assert statuses[0] == 400
    assert statuses[-1] == 429, "a new browser does not help"
    with Person(broker.ledger) as elsewhere:
        elsewhere.http.headers["X-Forwarded-For"] = "198.51.100.8"
        let_in(elsewhere, device, jana)
    noted_tokens(broker, device.poll())
    refused = broker.cli_json("audit", "--kind", "device.refused", "--limit", "100")
    assert {event["address"] for event in refused if event["reason"] == "unknown_user_code"} >= {"198.51.100.7"}
    assert device.code not in str(refused)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"scope": "openid admin"}, "invalid_scope"),
        ({"scope": 'open"id'}, "invalid_scope"),
        ({"scope": "a" * 3000}, "invalid_request"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": None}, "invalid_client"),
        ({"client_id": ""}, "invalid_client"),
        ({"client_secret": "guess"}, "invalid_client"),
    ],
)
def test_a_bad_request_for_codes_is_refused(
    form: dict[str, str | None], error: str, broker: Broker, television: Service
) -> None:
    answer = device_authorization(broker, television, **form)
    assert_oauth_error(answer, error, 401 if error == "invalid_client" else 400)
    assert "device_code" not in answer.text.replace("grant-type", "")


def test_only_clients_registered_for_it_get_codes(broker: Broker, television: Service) -> None:
    assert_oauth_error(device_authorization(broker, broker.add_service("webshop")), "unauthorized_client")
    url = broker.url("/oauth2/device_authorization")
    assert httpx.get(url).status_code == 405
    assert_oauth_error(httpx.post(url, json={"client_id": "television"}), "invalid_request")
    twice = httpx.post(url, data={"client_id": "television", "scope": ["openid", "email"]})
    assert_oauth_error(twice, "invalid_request")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"device_code": None}, "invalid_request"),
        ({"device_code": ""}, "invalid_request"),
        ({"device_code": "guess"}, "invalid_grant"),
        ({"device_code": "a" * 5000}, "invalid_grant"),
        ({"device_code": "a" * 60_000}, "invalid_request"),
        ({"device_code": "%00%ff"}, "invalid_grant"),
        ({"grant_type": "device_code"}, "unsupported_grant_type"),
        ({"client_id": "nobody"}, "invalid_client"),
    ],
)
def test_a_bad_question_is_refused(
    form: dict[str, str | None], error: str, broker: Broker, television: Service
) -> None:
    body = {"grant_type": GRANT_TYPE, "device_code": "x", "client_id": "television"} | form
    present = {name: value for name, value in body.items() if value is not None}
    answer = httpx.post(broker.url("/oauth2/token"), data=present, timeout=30)
    assert_oauth_error(answer, error, 401 if error == "invalid_client" else 400)


def test_codes_are_their_clients_and_their_endpoints_alone(
    broker: Broker, television: Service, jana: Account, person: Person
) -> None:
    device = start(broker, television)
    radio = add_television(broker, "radio")
    let_in(person, device, jana)
    assert_oauth_error(Device(broker, radio, device.answer).poll(), "invalid_grant")
    for form in (
        {"grant_type": "refresh_token", "refresh_token": device.answer["device_code"]},
        {"grant_type": GRANT_TYPE, "device_code": device.code},
    ):
        assert_oauth_error(token_request(broker, television, form), "invalid_grant")
    assert userinfo(broker, device.answer["device_code"]).status_code == 401
    noted_tokens(broker, (answer := device.poll()))
    assert answer.status_code == 200, "nothing was used up"


def test_a_question_belongs_to_the_browser_it_was_asked_in(
    broker: Broker, television: Service, jana: Account, person: Person
) -> None:
    device = start(broker, television)
    question = to_question(person, device, jana)
    with Person(broker.ledger) as stranger:
        assert stranger.open(str(question.url)).status_code == 400
        form = page_of(question).form(action="/device/confirm")
        assert stranger.post(broker.url(form.action), data=form.fields | {"decision": "allow"}).status_code == 400
    payload = form.fields["payload"]
    for path, fields in (
        ("/consent", form.fields | {"decision": "allow"}),
        ("/device/confirm", {"payload": payload, "decision": "allow"}),
        ("/device/confirm", {"payload": payload, "csrf": "forged", "decision": "allow"}),
        ("/device/confirm", form.fields | {"decision": "perhaps"}),
    ):
        assert person.post(broker.url(path), data=fields).status_code == 400, path
    assert_oauth_error(device.poll(), "authorization_pending")
    assert answer_question(person, question, "allow").url.path == "/device/allowed"
    late = person.post(broker.url("/device/confirm"), data=form.fields | {"decision": "deny"})
    assert late.status_code == 400
    noted_tokens(broker, (answer := device.poll()))
    assert answer.status_code == 200, answer.text
