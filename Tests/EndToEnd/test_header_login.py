"""People whom a reverse proxy has logged in already, named in the header of each request (``header`` provider)."""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.oauth import authorization, refresh, userinfo
from support.person import Person, location_of, page_of
from support.ports import wait_until
from support.refusal import assert_no_code, assert_oauth_error, assert_page

PROOF = secrets.token_urlsafe(16)
GATEWAY: dict[str, object] = {
    "id": "gateway",
    "type": "header",
    "name": "City Gateway",
    "subject_header": "X-Remote-User",
    "claims_headers": {
        "email": "X-Remote-Email",
        "email_verified": "X-Remote-Email-Verified",
        "name": "X-Remote-Name",
    },
    "proxy_secret_header": "X-Gateway-Proof",
    "proxy_secret": PROOF,
}
JANA = {
    "X-Remote-User": "jana@CITY.EXAMPLE",
    "X-Remote-Email": "jana@city.example",
    "X-Remote-Email-Verified": "true",
    "X-Remote-Name": "Jana Kováčová",
    "X-Gateway-Proof": PROOF,
}


def headers(changes: dict[str, str | None] | None = None) -> list[tuple[bytes, bytes]]:
    """What the gateway writes, in UTF-8."""
    fields = JANA | (changes or {})
    return [(name.encode(), value.encode()) for name, value in fields.items() if value is not None]


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("behind-gateway", options=["--trusted-proxies", "127.0.0.1"])
    broker.write_provider(GATEWAY)
    broker.write_provider(
        GATEWAY | {"id": "other", "name": "Other Gateway", "allow": {"email_domains": ["other.example"]}}
    )
    broker.ledger.note("proxy secret", PROOF)
    broker.start()
    return broker


@pytest.fixture(scope="module")
def service(broker: Broker) -> Service:
    return broker.add_service("library")


def login_link(broker: Broker, person: Person, service: Service, provider: str = "gateway") -> str:
    """The address behind the button of the login page."""
    page = person.open(authorization(broker, service).url)
    link = next(link for link in page_of(page).links if f"/login/{provider}?" in link)
    return broker.url(link)


def test_whom_the_gateway_names_is_logged_in(broker: Broker, service: Service, person: Person) -> None:
    request = authorization(broker, service, provider="gateway")
    to_login = person.get(request.url)
    answer = person.get(location_of(to_login), headers=headers())
    tokens = request.tokens_for(request.code_from(answer))
    claims = userinfo(broker, tokens["access_token"]).json()
    assert claims["email"] == "jana@city.example"
    assert claims["email_verified"] is True
    assert claims["name"] == "Jana Kováčová"
    again = refresh(broker, service, tokens["refresh_token"]).json()
    assert userinfo(broker, again["access_token"]).json()["sub"] == claims["sub"]

    with Person() as later:
        second = authorization(broker, service, provider="gateway")
        answer = later.get(location_of(later.get(second.url)), headers=headers({"X-Remote-Name": "Jana Nová"}))
        tokens = second.tokens_for(second.code_from(answer))
        claims_later = userinfo(broker, tokens["access_token"]).json()
    assert claims_later["sub"] == claims["sub"]
    assert claims_later["name"] == "Jana Nová"


def test_the_login_page_offers_it_and_consent_is_asked(broker: Broker, person: Person) -> None:
    theatre = broker.add_service("theatre", first_party=False)
    answer = person.get(login_link(broker, person, theatre), headers=headers())
    asked = person.follow(answer)
    response = person.submit(asked, page_of(asked).form(action="/consent"), {"decision": "allow"}, theatre.redirect_uri)
    assert "code" in parse_qs(urlsplit(location_of(response)).query)


REFUSED: dict[str, list[tuple[bytes, bytes]]] = {
    "no name": headers({"X-Remote-User": None}),
    "an empty name": headers({"X-Remote-User": ""}),
    "two names": [*headers(), (b"X-Remote-User", b"root")],
    "two names joined": headers({"X-Remote-User": "root, jana"}),
    "an underscore": [*headers(), (b"X_Remote_User", b"root")],
    "underscores alone": [*headers({"X-Remote-User": None}), (b"X_Remote_User", b"root")],
    "an underscore in a claim": [*headers(), (b"X-Remote_Email", b"root@city.example")],
    "Latin-1": [*headers({"X-Remote-User": None}), (b"X-Remote-User", "Ján".encode("latin-1"))],
    "too long": headers({"X-Remote-User": "a" * 300}),
    "no proof": headers({"X-Gateway-Proof": None}),
    "a wrong proof": headers({"X-Gateway-Proof": PROOF[::-1]}),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_a_header_that_does_not_say_clearly_who_it_is_is_refused(
    broker: Broker, service: Service, person: Person, sent: list[tuple[bytes, bytes]]
) -> None:
    response = person.get(login_link(broker, person, service), headers=sent)
    assert_no_code(response)
    assert_page(response, 403)
    assert "gateway" in response.text.lower()
    assert person.cookie("drawbridge-session") is None
    assert broker.process is not None
    assert broker.process.poll() is None


def test_whom_policy_does_not_admit_stays_out(broker: Broker, service: Service, person: Person) -> None:
    response = person.get(login_link(broker, person, service, "other"), headers=headers())
    assert_no_code(response)
    assert_page(response, 403)


def test_a_request_that_did_not_come_from_a_trusted_proxy_is_not_believed(
    make_broker: BrokerMaker, person: Person
) -> None:
    broker = make_broker("open-to-all", options=["--trusted-proxies", "192.0.2.1"])
    broker.write_provider(GATEWAY)
    broker.ledger.note("proxy secret", PROOF)
    broker.start()
    service = broker.add_service("library")
    sent = [*headers(), (b"X-Forwarded-For", b"192.0.2.1")]
    response = person.get(login_link(broker, person, service), headers=sent)
    assert_no_code(response)
    assert_page(response, 403)
    assert person.cookie("drawbridge-session") is None
    assert "did not come from one of the --trusted-proxies" in broker.log_text()


def test_a_strangers_link_logs_nobody_in(broker: Broker, service: Service) -> None:
    with Person() as attacker, Person() as victim:
        link = login_link(broker, attacker, service)
        response = victim.get(link, headers=headers())
        assert_no_code(response)
        assert_page(response, 400, 403)
        assert victim.cookie("drawbridge-session") is None
        victim.open(authorization(broker, service).url)
        assert_no_code(victim.get(link, headers=headers()))


def test_a_link_counts_once(broker: Broker, service: Service, person: Person) -> None:
    link = login_link(broker, person, service)
    assert person.get(link, headers=headers()).is_redirect
    assert_no_code(person.get(link, headers=headers()))


def test_there_is_no_callback_and_nothing_to_stage(broker: Broker, service: Service, person: Person) -> None:
    assert_page(person.get(broker.url("/login/gateway/callback?state=x&code=y")), 400, 403, 404)
    payload = parse_qs(urlsplit(login_link(broker, person, service)).query)["payload"][0]
    stored = httpx.post(broker.url("/oauth2/store"), json={"payload": payload, "access_token": "x"})
    assert 400 <= stored.status_code < 500


def test_switched_off_it_logs_nobody_in_and_ends_what_was_half_way(make_broker: BrokerMaker, person: Person) -> None:
    broker = make_broker("switched-off", options=["--trusted-proxies", "127.0.0.1"])
    broker.write_provider(GATEWAY)
    broker.ledger.note("proxy secret", PROOF)
    broker.start()
    service = broker.add_service("library")
    request = authorization(broker, service, provider="gateway")
    code = request.code_from(person.get(location_of(person.get(request.url)), headers=headers()))
    with Person() as other:
        link = login_link(broker, other, service)
        assert broker.cli("provider", "disable", "gateway", "--providers", str(broker.providers)).returncode == 0
        wait_until(lambda: "changed=gateway" in broker.log_text(), "the change to be noticed", 15)
        response = other.get(link, headers=headers())
        assert_no_code(response)
        assert_page(response, 400, 403, 404)
    assert_oauth_error(request.redeem(code), "invalid_grant")
