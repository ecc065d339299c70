"""What bad input gets at the token endpoint, and what a code or refresh token used wrongly gets."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, challenge_of, noted_tokens, refresh, token_request, userinfo
from support.person import Person
from support.refusal import assert_oauth_error

CALLBACK = "https://transport.city.example/callback"
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport", redirect_uri=CALLBACK)


@pytest.fixture(scope="module")
def parking(broker: Broker) -> Service:
    return broker.add_service("parking", public=True)


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


GOOD_FORM = {"grant_type": "authorization_code", "code": "c", "redirect_uri": CALLBACK, "code_verifier": "v" * 43}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        pytest.param("", "invalid_request", id="nothing at all"),
        pytest.param("grant_type=", "invalid_request", id="empty grant type"),
        pytest.param("grant_type=password&username=a&password=b", "unsupported_grant_type", id="password grant"),
        pytest.param("grant_type=%ff", "invalid_request", id="not UTF-8"),
        pytest.param("grant_type=authorization_code", "invalid_request", id="no code"),
        pytest.param("grant_type=authorization_code&code=", "invalid_request", id="empty code"),
        pytest.param(urlencode(GOOD_FORM), "invalid_grant", id="unknown code"),
        pytest.param(urlencode(GOOD_FORM) + "&code=d", "invalid_request", id="two codes"),
        pytest.param(urlencode(GOOD_FORM) + "&code=c", "invalid_request", id="the same code twice"),
        pytest.param(urlencode(GOOD_FORM) + "&grant_type=refresh_token", "invalid_request", id="two grant types"),
        pytest.param(urlencode(GOOD_FORM) + "&redirect_uri=x", "invalid_request", id="two redirect URIs"),
        pytest.param(urlencode(GOOD_FORM) + "&code_verifier=x", "invalid_request", id="two verifiers"),
        pytest.param(urlencode(GOOD_FORM | {"code": "%00"}), "invalid_grant", id="strange code"),
        pytest.param("grant_type=refresh_token", "invalid_request", id="no refresh token"),
        pytest.param("grant_type=refresh_token&refresh_token=nonsense", "invalid_grant", id="unknown refresh token"),
    ],
)
def test_the_token_endpoint_names_what_is_wrong(form: str, error: str, broker: Broker, transport: Service) -> None:
    response = httpx.post(
        broker.url("/oauth2/token"),
        content=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=transport.basic,
    )
    assert_oauth_error(response, error)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", None])
def test_the_token_endpoint_takes_forms_only(content_type: str | None, broker: Broker, transport: Service) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = httpx.post(
        broker.url("/oauth2/token"), content=urlencode(GOOD_FORM), headers=headers, auth=transport.basic
    )
    assert response.status_code in (400, 415)
    assert response.json()["error"] == "invalid_request"


@pytest.mark.parametrize("path", ["/oauth2/token", "/login/local", "/consent"])
def test_a_body_over_64_kib_is_413(path: str, broker: Broker) -> None:
    kind = "application/x-www-form-urlencoded"
    response = httpx.post(broker.url(path), content=b"a" * 66_000, headers={"Content-Type": kind})
    assert response.status_code == 413


def test_the_token_endpoint_is_post_only(broker: Broker) -> None:
    assert httpx.get(broker.url("/oauth2/token")).status_code == 405


@pytest.mark.parametrize(
    "credential",
    [
        pytest.param("transport:wrong-secret", id="wrong secret"),
        pytest.param("transport:", id="empty secret"),
        pytest.param("nobody:whatever", id="unknown client"),
        pytest.param("parking:whatever", id="secret for a public client"),
        pytest.param("transport", id="no colon"),
        pytest.param("\xff:\xff", id="not UTF-8"),
    ],
)
def test_a_client_that_cannot_prove_itself_is_told_how(
    credential: str, broker: Broker, transport: Service, parking: Service
) -> None:
    encoded = base64.b64encode(credential.encode("latin-1")).decode()
    response = httpx.post(broker.url("/oauth2/token"), data=GOOD_FORM, headers={"Authorization": f"Basic {encoded}"})
    assert_oauth_error(response, "invalid_client", 401)
    assert response.headers["www-authenticate"].startswith("Basic")


def test_a_confidential_client_that_names_no_secret_is_refused(broker: Broker, transport: Service) -> None:
    response = token_request(broker, transport, dict(GOOD_FORM), "none")
    assert_oauth_error(response, "invalid_client", 401)


def test_two_ways_to_prove_oneself_at_once_are_one_too_many(broker: Broker, transport: Service) -> None:
    form = GOOD_FORM | {"client_id": transport.client_id, "client_secret": transport.secret or ""}
    response = httpx.post(broker.url("/oauth2/token"), data=form, auth=transport.basic)
    assert_oauth_error(response, "invalid_request")


def test_a_code_used_again_ends_what_came_of_it(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    tokens = request.tokens_for(code)
    assert userinfo(broker, tokens["access_token"]).status_code == 200
    assert_oauth_error(request.redeem(code), "invalid_grant")
    assert userinfo(broker, tokens["access_token"]).status_code == 401
    assert_oauth_error(refresh(broker, transport, tokens["refresh_token"]), "invalid_grant")


def test_another_clients_code_is_refused(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    other = broker.add_service("other")
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    form = GOOD_FORM | {"code": code, "code_verifier": request.verifier}
    assert_oauth_error(token_request(broker, other, dict(form)), "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"redirect_uri": "https://transport.city.example/other"}, "invalid_grant", id="other URI"),
        pytest.param({"redirect_uri": "https://elsewhere.example/"}, "invalid_grant", id="foreign URI"),
        pytest.param({"redirect_uri": ""}, "invalid_request", id="empty URI"),
        pytest.param({"redirect_uri": None}, "invalid_request", id="no URI"),
        pytest.param({"code_verifier": "w" * 64}, "invalid_grant", id="wrong verifier"),
        pytest.param({"code_verifier": None}, "invalid_grant", id="no verifier"),
        pytest.param({"code_verifier": ""}, "invalid_request", id="empty verifier"),
        pytest.param({"code_verifier": "short"}, "invalid_grant", id="short verifier"),
        pytest.param({"code_verifier": "ž" * 64}, "invalid_grant", id="verifier of other characters"),
    ],
)
def test_a_code_redeemed_otherwise_than_it_was_asked_for_is_refused(
    changes: dict[str, str | None],
    error: str,
    broker: Broker,
    transport: Service,
    jana: Account,
    person: Person,
) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    response = request.redeem(code, **changes)
    assert response.status_code == 400
    assert response.json()["error"] in {error, "invalid_grant", "invalid_request"}
    assert "access_token" not in response.json()


def test_the_challenge_itself_is_no_verifier(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    assert_oauth_error(request.redeem(code, code_verifier=challenge_of(request.verifier)), "invalid_grant")


def test_of_fifty_simultaneous_redemptions_one_wins_and_the_replay_ends_the_grant(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda _: request.redeem(code), range(50)))
    winners = [response for response in responses if response.status_code == 200]
    losers = [response for response in responses if response.status_code != 200]
    assert len(winners) == 1
    for response in losers:
        assert_oauth_error(response, "invalid_grant")
    tokens = noted_tokens(broker, winners[0])
    assert userinfo(broker, tokens["access_token"]).status_code == 401
    assert_oauth_error(refresh(broker, transport, tokens["refresh_token"]), "invalid_grant")


def test_fifty_simultaneous_refreshes_leave_one_lineage(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    first = request.tokens_for(code_by_local_login(person, request, jana))["refresh_token"]
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda _: refresh(broker, transport, first), range(50)))
    assert {response.status_code for response in responses} == {200}
    successors = {noted_tokens(broker, response)["refresh_token"] for response in responses}
    assert len(successors) == 1, "all hold the same successor"


def test_an_old_refresh_token_used_again_ends_the_grant(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    tokens = [request.tokens_for(code_by_local_login(person, request, jana))]
    for _ in range(2):
        answer = refresh(broker, transport, tokens[-1]["refresh_token"])
        assert answer.status_code == 200, answer.text
        tokens.append(noted_tokens(broker, answer))
    assert_oauth_error(refresh(broker, transport, tokens[0]["refresh_token"]), "invalid_grant")
    assert_oauth_error(refresh(broker, transport, tokens[-1]["refresh_token"]), "invalid_grant")
    assert userinfo(broker, tokens[-1]["access_token"]).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "eyJhbGciOiJub25lIn0.e30.", "a" * 8000])
def test_userinfo_refuses_a_token_that_is_none_of_ours(token: str, broker: Broker) -> None:
    response = userinfo(broker, token) if token else httpx.get(broker.url("/oauth2/userinfo"))
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_a_refresh_token_is_no_access_token(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    request = authorization(broker, transport)
    tokens = request.tokens_for(code_by_local_login(person, request, jana))
    assert userinfo(broker, tokens["refresh_token"]).status_code == 401
    assert_oauth_error(refresh(broker, transport, tokens["access_token"]), "invalid_grant")
