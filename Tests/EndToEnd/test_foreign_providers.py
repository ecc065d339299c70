"""The OpenID provider of yet other authors upstream: people log in there, and it stands the check."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conftest import BrokerMaker
from support import idpy
from support.broker import Broker, Service
from support.oauth import authorization, refresh, unverified_claims, userinfo
from support.person import Person


@pytest.fixture(scope="module")
def provider(make_broker: BrokerMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[idpy.Idpy]:
    provider = idpy.Idpy(make_broker(), tmp_path_factory.mktemp("idpy") / "log")
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def broker(provider: idpy.Idpy) -> Broker:
    provider.broker.start()
    return provider.broker


@pytest.fixture(scope="module")
def gallery(broker: Broker) -> Service:
    return broker.add_service("gallery")


def test_idpyoidc_is_an_upstream(broker: Broker, gallery: Service) -> None:
    subjects = set()
    for _ in range(2):
        with Person(broker.ledger) as person:
            request = authorization(broker, gallery, provider="idpy")
            tokens = request.tokens_for(request.code_from(person.open(request.url, gallery.redirect_uri)))
        claims = userinfo(broker, tokens["access_token"]).json()
        assert (claims["name"], claims["email"]) == (idpy.PERSON["name"], idpy.PERSON["email"])
        assert unverified_claims(tokens["id_token"])["idp"] == "idpy"
        subjects.add(claims["sub"])
        refreshed = refresh(broker, gallery, tokens["refresh_token"])
        assert refreshed.status_code == 200, refreshed.text
        assert userinfo(broker, refreshed.json()["access_token"]).json()["sub"] == claims["sub"]
    assert len(subjects) == 1, "the same person every time"


def test_check_finds_nothing_that_would_fail(broker: Broker) -> None:
    found = broker.cli("provider", "check", "idpy", "--providers", str(broker.providers))
    assert found.returncode == 0, found.stdout
    assert "problem" not in found.stdout
