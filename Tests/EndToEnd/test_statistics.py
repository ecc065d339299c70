"""What a client may know of its own users' logins (`/api/clients/{id}/logins`)."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey, KeySet

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, refresh, unverified_claims
from support.person import Person
from support.refusal import assert_oauth_error

pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.fixture(scope="module")
def library(broker: Broker) -> Service:
    return broker.add_service("library")


def log_in(broker: Broker, service: Service, account: Account) -> dict[str, str]:
    with Person(broker.ledger) as person:
        request = authorization(broker, service)
        return request.tokens_for(code_by_local_login(person, request, account))


def ask(broker: Broker, client_id: str, **options: object) -> httpx.Response:
    return httpx.get(broker.url(f"/api/clients/{client_id}/logins"), timeout=30, **options)


def test_a_client_reads_its_own_users_logins(broker: Broker, library: Service) -> None:
    before = datetime.datetime.now(datetime.UTC)
    jana, boris = broker.add_account("jana"), broker.add_account("boris")
    tokens = [log_in(broker, library, account) for account in (jana, boris, jana)]
    refresh(broker, library, tokens[0]["refresh_token"])
    log_in(broker, broker.add_service("museum"), jana)
    answer = ask(broker, "library", auth=library.basic)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert set(answer.json()) == {"client_id", "logins"}
    counts = {entry["sub"]: entry["count"] for entry in answer.json()["logins"]}
    subjects = [str(unverified_claims(token["id_token"])["sub"]) for token in tokens]
    assert counts == {subjects[0]: 2, subjects[1]: 1}
    for entry in answer.json()["logins"]:
        first, latest = (datetime.datetime.fromisoformat(entry[name]) for name in ("first", "latest"))
        assert before - datetime.timedelta(seconds=1) <= first <= latest <= datetime.datetime.now(datetime.UTC)
        assert (first < latest) == (entry["count"] > 1)
    events = broker.cli_json("audit", "--kind", "statistics.read", "--client", "library")
    assert [event["client_id"] for event in events] == ["library"]


def test_pages_hold_everybody_once(broker: Broker) -> None:
    service = broker.add_service("gallery")
    for number in range(5):
        log_in(broker, service, broker.add_account(f"visitor-{number}"))
    seen: list[str] = []
    parameters: dict[str, str] = {"limit": "2"}
    for _ in range(3):
        page = ask(broker, "gallery", auth=service.basic, params=parameters).json()
        seen += [entry["sub"] for entry in page["logins"]]
        if "next" not in page:
            break
        parameters["after"] = page["next"]
    assert len(seen) == len(set(seen)) == 5
    whole = ask(broker, "gallery", auth=service.basic, params={"limit": "5"}).json()
    assert [entry["sub"] for entry in whole["logins"]] == seen
    assert "next" not in whole


def test_a_client_that_signs_reads_with_a_token_of_its_own(broker: Broker, tmp_path: Path) -> None:
    key = ECKey.generate_key("P-256", {"kid": "stats-1", "use": "sig"})
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    broker.cli_json(
        *("client", "create", "--id", "signing", "--name", "Signing", "--jwks", str(keys)),
        *("--grant-type", "client_credentials", "--scope", "logins:read tickets:read"),
    )
    endpoint = broker.url("/oauth2/token")
    client = OAuth2Client("signing", key, token_endpoint_auth_method=PrivateKeyJWT(endpoint, alg="ES256"))

    def token(scope: str) -> dict[str, str]:
        issued = client.fetch_token(endpoint, grant_type="client_credentials", scope=scope)
        broker.ledger.note("access_token", issued["access_token"])
        return {"Authorization": f"Bearer {issued['access_token']}"}

    answer = ask(broker, "signing", headers=token("logins:read"))
    assert answer.json() == {"client_id": "signing", "logins": []}
    assert_oauth_error(ask(broker, "signing", headers=token("tickets:read")), "insufficient_scope", 403)
    assert ask(broker, "library", headers=token("logins:read")).status_code == 404


def test_other_clients_cannot_be_told_from_none(broker: Broker, library: Service) -> None:
    broker.add_service("archive")
    answers = [ask(broker, name, auth=library.basic) for name in ("archive", "nobody")]
    bodies = [answer.json() | {"ray_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]
    strangers = [ask(broker, name, auth=("library", "wrong")) for name in ("library", "archive", "nobody")]
    for answer in strangers:
        assert_oauth_error(answer, "invalid_client", 401)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "limit=1&limit=1", "after=nonsense", "after=" + "a" * 2000, "%zz"]
)
def test_a_query_that_cannot_be_is_refused(query: str, broker: Broker, library: Service) -> None:
    answer = httpx.get(broker.url(f"/api/clients/library/logins?{query}"), auth=library.basic)
    assert_oauth_error(answer, "invalid_request", 400)


def test_no_proof_no_answer(broker: Broker, library: Service) -> None:
    tokens = log_in(broker, library, broker.add_account("klara"))
    assert_oauth_error(ask(broker, "library"), "invalid_client", 401)
    person = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert_oauth_error(ask(broker, "library", headers=person), "insufficient_scope", 403)
    assert_oauth_error(ask(broker, "library", headers={"Authorization": "Bearer x"}), "invalid_token", 401)
    assert httpx.post(broker.url("/api/clients/library/logins"), auth=library.basic).status_code == 405
