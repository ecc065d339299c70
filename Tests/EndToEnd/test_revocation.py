"""Giving tokens back (RFC 7009), from outside, with another author's client and in races."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from authlib.integrations.requests_client import OAuth2Session

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, noted_tokens, refresh, userinfo
from support.person import Person
from support.refusal import assert_oauth_error

pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport")


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def log_in(broker: Broker, service: Service, account: Account, person: Person) -> dict[str, str]:
    request = authorization(broker, service)
    return request.tokens_for(code_by_local_login(person, request, account))


def revoke(broker: Broker, service: Service, **form: str) -> httpx.Response:
    """POST to the revocation endpoint, as the client."""
    if service.secret is None:
        return httpx.post(broker.url("/oauth2/revoke"), data=form | {"client_id": service.client_id})
    return httpx.post(broker.url("/oauth2/revoke"), data=form, auth=service.basic)


def assert_over(broker: Broker, service: Service, tokens: dict[str, str]) -> None:
    """Nothing of the grant lives on."""
    assert userinfo(broker, tokens["access_token"]).status_code == 401
    assert_oauth_error(refresh(broker, service, tokens["refresh_token"]), "invalid_grant")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("profile", ["sealed", "jwt"])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_authlib_gives_a_token_back_and_the_grant_ends(
    kind: str, profile: str, method: str, broker: Broker, jana: Account, person: Person
) -> None:
    discovery = httpx.get(broker.url("/.well-known/oauth-authorization-server")).json()
    assert method in discovery["revocation_endpoint_auth_methods_supported"]
    name = f"{kind}-{profile}-{method}".replace("_", "-")
    service = broker.add_service(name, "--token-profile", profile)
    tokens = log_in(broker, service, jana, person)
    assert userinfo(broker, tokens["access_token"]).status_code == 200
    session = OAuth2Session(service.client_id, service.secret, revocation_endpoint_auth_method=method)
    answer = session.revoke_token(discovery["revocation_endpoint"], token=tokens[kind], token_type_hint=kind)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    assert_over(broker, service, tokens)
    events = broker.cli_json("audit", "--client", service.client_id)
    assert [event["reason"] for event in events if event["event"] == "grant.revoked"] == ["revoked_by_client"]


def test_a_page_in_a_browser_gives_its_tokens_back(broker: Broker, jana: Account, person: Person) -> None:
    spa = broker.add_service("spa", public=True)
    tokens = log_in(broker, spa, jana, person)
    answer = httpx.post(
        broker.url("/oauth2/revoke"),
        data={"token": tokens["refresh_token"], "client_id": spa.client_id},
        headers={"Origin": "https://spa.city.example"},
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert_over(broker, spa, tokens)


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_another_clients_token_is_left_alone(
    kind: str, broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    tokens = log_in(broker, transport, jana, person)
    other = broker.add_service(f"other-{kind}".replace("_", "-"))
    assert revoke(broker, other, token=tokens[kind]).status_code == 200
    assert userinfo(broker, tokens["access_token"]).status_code == 200
    assert refresh(broker, transport, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        pytest.param("", 400, "invalid_request", id="nothing"),
        pytest.param("token=", 400, "invalid_request", id="empty token"),
        pytest.param("token=a&token=a", 400, "invalid_request", id="two tokens"),
        pytest.param("token=%ff", 400, "invalid_request", id="not UTF-8"),
        pytest.param("token=" + "a" * 60_000, 400, "invalid_request", id="too long"),
        pytest.param("token=nonsense", 200, None, id="unknown token"),
        pytest.param("token=%00", 400, "invalid_request", id="a NUL"),
        pytest.param("token=a.b.c&token_type_hint=access_token", 200, None, id="no JWT"),
        pytest.param("token=eyJhbGciOiJub25lIn0.e30.", 200, None, id="an unsigned JWT"),
        pytest.param("token=nonsense&token_type_hint=nonsense", 200, None, id="unknown hint"),
    ],
)
def test_bad_input(form: str, status: int, error: str | None, broker: Broker, transport: Service) -> None:
    answer = httpx.post(
        broker.url("/oauth2/revoke"),
        content=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=transport.basic,
    )
    assert answer.status_code == status, answer.text
    assert error is None or answer.json()["error"] == error


def test_an_id_token_is_of_another_type(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    tokens = log_in(broker, transport, jana, person)
    assert_oauth_error(revoke(broker, transport, token=tokens["id_token"]), "unsupported_token_type")
    assert userinfo(broker, tokens["access_token"]).status_code == 200


def test_a_client_has_to_prove_itself(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    tokens = log_in(broker, transport, jana, person)
    form = {"token": tokens["refresh_token"]}
    for answer in (
        httpx.post(broker.url("/oauth2/revoke"), data=form),
        httpx.post(broker.url("/oauth2/revoke"), data=form | {"client_id": transport.client_id}),
        httpx.post(broker.url("/oauth2/revoke"), data=form, auth=(transport.client_id, "wrong")),
    ):
        assert_oauth_error(answer, "invalid_client", 401)
    assert httpx.get(broker.url("/oauth2/revoke")).status_code == 405
    assert refresh(broker, transport, tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize("order", range(4))
def test_of_a_revocation_and_twenty_refreshes_the_revocation_wins(
    order: int, broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    first = log_in(broker, transport, jana, person)["refresh_token"]

    def call(number: int) -> httpx.Response:
        if number == order * 6:
            return revoke(broker, transport, token=first)
        return refresh(broker, transport, first)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(call, range(20)))
    assert answers.pop(order * 6).status_code == 200
    assert {answer.status_code for answer in answers} <= {200, 400}
    lineages = {noted_tokens(broker, answer)["refresh_token"] for answer in answers if answer.status_code == 200}
    assert len(lineages) <= 1
    for answer in answers:
        if answer.status_code == 200:
            assert_over(broker, transport, answer.json())
        else:
            assert_oauth_error(answer, "invalid_grant")
    assert_oauth_error(refresh(broker, transport, first), "invalid_grant")
