"""GitHub, which is OAuth 2.0 and no OpenID provider, through the broker-led way."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from conftest import BrokerMaker
from support.binary import REPOSITORY, run
from support.broker import Broker, Service
from support.front_end import FrontEnd
from support.git_hub import ISSUER, StandInGitHub
from support.oauth import authorization, noted_tokens, refresh, unverified_claims, userinfo
from support.person import Person
from support.pool import UpstreamTokens
from support.refusal import assert_no_code, assert_oauth_error, assert_page

ORIGIN = "http://localhost:24997"


@pytest.fixture
def git_hub() -> Iterator[StandInGitHub]:
    git_hub = StandInGitHub()
    git_hub.start()
    yield git_hub
    git_hub.stop()


@pytest.fixture
def broker(make_broker: BrokerMaker, git_hub: StandInGitHub) -> Broker:
    broker = make_broker(options=["--login-front-end", ORIGIN], environment={"GITHUB_SECRET": git_hub.secret})
    broker.ledger.note("client secret at GitHub", git_hub.secret)
    broker.write_provider(git_hub.provider_file(client_secret="${GITHUB_SECRET}"))
    broker.write_provider(git_hub.provider_file("staff", allow={"organizations": ["nowhere", "LIBRARY"]}))
    broker.write_provider(git_hub.provider_file("crew", allow={"organizations": ["city"], "teams": ["city/crew"]}))
    broker.write_provider(git_hub.provider_file("handed", login="front_end"))
    (broker.providers / "facebook.json").write_text((REPOSITORY / "providers/facebook.json").read_text())
    broker.start()
    return broker


@pytest.fixture
def library(broker: Broker) -> Service:
    return broker.add_service("library")


def log_in(broker: Broker, service: Service, person: Person, provider: str) -> httpx.Response:
    """From the client's link through GitHub and back to wherever that leads."""
    request = authorization(broker, service, provider=provider)
    return person.open(request.url, service.redirect_uri)


def failures(broker: Broker) -> list[str]:
    """Why logins failed, as the trail has it."""
    events = broker.cli_json("audit")
    assert isinstance(events, list)
    return [event["reason"] for event in events if event["event"] == "login.failed"]


@pytest.mark.parametrize("issuer", [ISSUER, None])
def test_somebody_logs_in_with_github(
    broker: Broker, git_hub: StandInGitHub, library: Service, person: Person, issuer: str | None
) -> None:
    git_hub.issuer = issuer
    request = authorization(broker, library, provider="github")
    tokens = request.tokens_for(request.code_from(person.open(request.url, library.redirect_uri)))
    assert unverified_claims(tokens["id_token"])["idp"] == "github"
    claims = userinfo(broker, tokens["access_token"]).json()
    assert claims["name"] == "Jana Nováková"
    assert claims["preferred_username"] == "jana-n"
    assert claims["email"] == "jana@city.example"
    assert claims["email_verified"] is True
    for token in git_hub.tokens:
        broker.ledger.note("token of GitHub", token)
    renewed = refresh(broker, library, tokens["refresh_token"])
    assert renewed.status_code == 200, renewed.text
    assert userinfo(broker, noted_tokens(broker, renewed)["access_token"]).json()["preferred_username"] == "jana-n"


def test_a_login_that_changed_hands_is_somebody_else(
    broker: Broker, git_hub: StandInGitHub, library: Service, person: Person
) -> None:
    subjects = []
    for identifier, login in [(git_hub.identifier, "jana-n"), (git_hub.identifier, "jana"), (9007199254740992, "jana")]:
        git_hub.identifier, git_hub.login = identifier, login
        with Person(broker.ledger) as somebody:
            request = authorization(broker, library, provider="github")
            tokens = request.tokens_for(request.code_from(somebody.open(request.url, library.redirect_uri)))
            subjects.append(unverified_claims(tokens["id_token"])["sub"])
    assert subjects[0] == subjects[1]
    assert subjects[0] != subjects[2]


def test_members_are_let_in_and_others_are_not(
    broker: Broker, git_hub: StandInGitHub, library: Service, person: Person
) -> None:
    request = authorization(broker, library, provider="staff")
    assert request.code_from(person.open(request.url, library.redirect_uri))
    git_hub.organizations = ("city",)
    with Person(broker.ledger) as stranger:
        assert_page(log_in(broker, library, stranger, "staff"), 403)
    assert failures(broker) == ["not_admitted"]


def test_who_has_left_is_logged_out_at_the_next_refresh_and_a_bad_minute_logs_nobody_out(
    broker: Broker, git_hub: StandInGitHub, library: Service, person: Person
) -> None:
    git_hub.tokens_expire = True
    request = authorization(broker, library, provider="staff")
    tokens = request.tokens_for(request.code_from(person.open(request.url, library.redirect_uri)))

    git_hub.api_is_down = True
    assert_oauth_error(refresh(broker, library, tokens["refresh_token"]), "temporarily_unavailable", 503)
    git_hub.api_is_down = False
    renewed = refresh(broker, library, tokens["refresh_token"])
    assert renewed.status_code == 200, renewed.text

    git_hub.organizations = ("city",)
    assert_oauth_error(refresh(broker, library, noted_tokens(broker, renewed)["refresh_token"]), "invalid_grant")
    assert userinfo(broker, renewed.json()["access_token"]).status_code == 401


def test_where_membership_cannot_be_told_nobody_is_let_in(
    broker: Broker, git_hub: StandInGitHub, library: Service, person: Person
) -> None:
    assert_page(log_in(broker, library, person, "crew"), 503)
    assert "/api/v3/user/teams" in git_hub.requests
    assert failures(broker) == ["provider_misbehaved"]


@pytest.mark.parametrize("issuer", ["https://github.com", "https://elsewhere.example", ISSUER + "/"])
def test_an_answer_of_somebody_else_is_not_redeemed(
    broker: Broker, git_hub: StandInGitHub, library: Service, person: Person, issuer: str
) -> None:
    git_hub.issuer = issuer
    assert_page(log_in(broker, library, person, "github"), 403)
    assert "/login/oauth/access_token" not in git_hub.requests
    assert failures(broker) == ["untrusted_issuer"]


@pytest.mark.parametrize(
    ("error", "reason", "status"),
    [
        ("bad_verification_code", "provider_refused", 403),
        ("incorrect_client_credentials", "provider_misbehaved", 503),
    ],
)
def test_an_error_with_status_200_is_an_error(
    broker: Broker,
    git_hub: StandInGitHub,
    library: Service,
    person: Person,
    error: str,
    reason: str,
    status: int,
) -> None:
    git_hub.error_instead_of_token = error
    assert_page(log_in(broker, library, person, "github"), status)
    assert "/api/v3/user" not in git_hub.requests
    assert failures(broker) == [reason]


def test_a_token_of_this_app_can_be_handed_over_and_one_of_another_app_cannot(
    broker: Broker, git_hub: StandInGitHub, library: Service, person: Person
) -> None:
    front_end = FrontEnd(broker, ORIGIN)
    request = authorization(broker, library, provider="handed")
    foreign = UpstreamTokens(git_hub.token_of_another_app(), "", "")
    payload = front_end.begin(person, request)
    refused = front_end.store_from_browser(person, payload, foreign)
    assert refused.status_code == 401, refused.text
    assert refused.json()["error"] == "invalid_token"
    assert_no_code(front_end.proceed(person, payload))
    assert "/api/v3/user" not in git_hub.requests

    code = front_end.bridge(person, request, UpstreamTokens(git_hub.token_of_this_app(), "", ""))
    claims = userinfo(broker, request.tokens_for(code)["access_token"]).json()
    assert claims["preferred_username"] == "jana-n"
    assert claims["email"] == "jana@city.example"


def test_shipped_files_without_secrets_are_unavailable_and_the_rest_works(broker: Broker) -> None:
    listed = run("provider", "list", "--providers", str(broker.providers), "--json", environment=broker.environment)
    available = {provider["id"]: provider["available"] for provider in json.loads(listed.stdout)}
    assert available == {"local": True, "github": True, "staff": True, "crew": True, "handed": True, "facebook": False}
