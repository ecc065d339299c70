"""Clients that know people by a name of their sector's own (OIDC Core §8), through restarts and new master keys."""

from __future__ import annotations

import base64
import secrets

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, unverified_claims, userinfo
from support.person import Person

pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("pairwise")
    broker.start()
    return broker


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


@pytest.fixture(scope="module")
def shop(broker: Broker) -> Service:
    return broker.add_service("shop", "--subject-type", "pairwise", "--token-profile", "jwt")


def subject(broker: Broker, service: Service, account: Account) -> str:
    """What the client calls ``account``, wherever it learns it."""
    with Person(broker.ledger) as person:
        request = authorization(broker, service)
        tokens = request.tokens_for(code_by_local_login(person, request, account))
    name = unverified_claims(tokens["id_token"])["sub"]
    assert userinfo(broker, tokens["access_token"]).json()["sub"] == name
    assert unverified_claims(tokens["access_token"])["sub"] == name
    return str(name)


def test_discovery_says_so(broker: Broker) -> None:
    document = httpx.get(broker.url("/.well-known/openid-configuration")).json()
    assert document["subject_types_supported"] == ["public", "pairwise"]


def test_sectors_do_not_share_names(broker: Broker, shop: Service, jana: Account) -> None:
    sister = broker.add_service(
        "sister",
        *("--subject-type", "pairwise", "--token-profile", "jwt"),
        *("--sector-identifier-uri", "https://shop.city.example/apps.json"),
    )
    bank = broker.add_service("bank", "--subject-type", "pairwise", "--token-profile", "jwt")
    public = broker.add_service("public", "--token-profile", "jwt")
    names = [subject(broker, service, jana) for service in (shop, sister, bank, public)]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    account = next(entry for entry in broker.cli_json("account", "list") if entry["username"] == "jana")
    assert account["sub"] == names[3]


def test_names_outlive_the_process_and_the_master_key(broker: Broker, shop: Service, jana: Account) -> None:
    before = subject(broker, shop, jana)
    broker.stop()
    broker.start()
    assert subject(broker, shop, jana) == before
    broker.stop()
    path = broker.data / "master.key"
    fresh = base64.b64encode(secrets.token_bytes(32)).decode()
    path.write_text(f"{fresh}\n{path.read_text()}")
    broker.start()
    assert subject(broker, shop, jana) == before


@pytest.mark.parametrize(
    ("options", "member"),
    [
        (["--subject-type", "secret"], "subject_type"),
        (["--sector-identifier-uri", "https://shop.city.example/apps.json"], "sector_identifier_uri"),
        (
            ["--subject-type", "pairwise", "--sector-identifier-uri", "http://shop.city.example/"],
            "sector_identifier_uri",
        ),
        (["--subject-type", "pairwise", "--redirect-uri", "https://elsewhere.example/"], "subject_type"),
        (["--subject-type", "pairwise", "--redirect-uri", "http://127.0.0.1/"], "subject_type"),
        (["--subject-type", "pairwise", "--redirect-uri", "example.app:/back"], "subject_type"),
    ],
)
def test_what_names_no_sector_is_refused(broker: Broker, options: list[str], member: str) -> None:
    answer = broker.cli(
        *("client", "create", "--id", "odd", "--name", "Odd", "--redirect-uri", "https://odd.example/"), *options
    )
    assert answer.returncode == 1, answer
    assert member in answer.stderr


def test_a_registration_comes_back_as_it_was_given(broker: Broker, shop: Service) -> None:
    assert broker.cli_json("client", "show", shop.client_id)["subject_type"] == "pairwise"
    answer = broker.cli("client", "show", shop.client_id)
    assert "shop.city.example" in answer.stdout
