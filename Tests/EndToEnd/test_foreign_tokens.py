"""Tokens that this broker did not make, and tokens put to another use than theirs, at every endpoint that takes one."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, refresh, userinfo
from support.person import Person
from support.refusal import assert_oauth_error

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"

pytestmark = pytest.mark.usefixtures("still_alive")


@dataclass
class Scene:
    """A broker, a client of it that may do everything, and that client's tokens."""

    broker: Broker
    service: Service
    tokens: dict[str, str]


def scene(make_broker: BrokerMaker, name: str, profile: str) -> Scene:
    broker = make_broker(f"{name}-{profile}")
    broker.start()
    service = broker.add_service(
        *("transport", "--token-profile", profile, "--introspection"),
        *("--grant-type", "authorization_code", "--grant-type", "refresh_token", "--grant-type", EXCHANGE),
    )
    request = authorization(broker, service)
    with Person() as person:
        tokens = request.tokens_for(code_by_local_login(person, request, broker.add_account("jana")))
    return Scene(broker, service, tokens)


@pytest.fixture(scope="module", params=["sealed", "jwt"])
def here(request: pytest.FixtureRequest, make_broker: BrokerMaker) -> Scene:
    return scene(make_broker, "here", request.param)


@pytest.fixture(scope="module")
def broker(here: Scene) -> Broker:
    return here.broker


@pytest.fixture(scope="module")
def lost(here: Scene, make_broker: BrokerMaker) -> Scene:
    """The same client at a broker whose master key is not to be had here."""
    lost = scene(make_broker, "lost", "sealed")
    lost.broker.stop()
    return lost


def worthless(here: Scene, token: str) -> None:
    """No endpoint takes ``token`` for anything."""
    broker, basic = here.broker, here.service.basic
    assert userinfo(broker, token).status_code == 401
    assert_oauth_error(refresh(broker, here.service, token), "invalid_grant")
    asked = httpx.post(broker.url("/oauth2/introspect"), data={"token": token}, auth=basic)
    assert asked.json() == {"active": False}
    form = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
        "audience": "pool",
    }
    assert_oauth_error(httpx.post(broker.url("/oauth2/token"), data=form, auth=basic), "invalid_request")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token", "id_token"])
def test_tokens_of_a_lost_master_key_are_worthless(kind: str, here: Scene, lost: Scene) -> None:
    worthless(here, lost.tokens[kind])
    assert userinfo(here.broker, here.tokens["access_token"]).status_code == 200


def test_an_id_token_is_no_other_token(here: Scene) -> None:
    worthless(here, here.tokens["id_token"])


def test_an_access_token_does_not_refresh(here: Scene) -> None:
    assert_oauth_error(refresh(here.broker, here.service, here.tokens["access_token"]), "invalid_grant")


def test_a_refresh_token_opens_nothing(here: Scene) -> None:
    broker, token = here.broker, here.tokens["refresh_token"]
    assert userinfo(broker, token).status_code == 401
    form = {"grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ACCESS_TOKEN, "audience": "pool"}
    assert_oauth_error(httpx.post(broker.url("/oauth2/token"), data=form, auth=here.service.basic), "invalid_request")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_truncated_tokens_are_worthless(kind: str, here: Scene) -> None:
    token = here.tokens[kind]
    for cut in (token[:-1], token[1:], token[: len(token) // 2], token[: len(token) // 2] + token[-1]):
        worthless(here, cut)
    assert userinfo(here.broker, here.tokens["access_token"]).status_code == 200
