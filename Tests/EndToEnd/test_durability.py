"""``kill -9`` under load: what was answered with success is there after a restart."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import Authorization, authorization, noted_tokens, refresh, userinfo
from support.person import Person
from support.ports import wait_until

WORKERS = 6
ROUNDS = 3
SECONDS_OF_LOAD = 2.0
LINEAGES_CHECKED = 3


@dataclass
class Lineage:
    """One redeemed code and the newest refresh token that came of it."""

    request: Authorization
    code: str
    refresh_token: str
    refreshes: int = 0
    refresh_under_way: bool = False


@dataclass
class Worker:
    """One person's client, which redeems and refreshes until the broker is gone."""

    broker: Broker
    service: Service
    account: Account
    over: threading.Event
    lineages: list[Lineage] = field(default_factory=list)

    def work(self) -> None:
        """Log in once, then go round until there is nobody to answer."""
        try:
            with Person(self.broker.ledger) as somebody:
                request = authorization(self.broker, self.service)
                code = code_by_local_login(somebody, request, self.account)
                while not self.over.is_set():
                    self._redeem_and_refresh(request, code)
                    request = authorization(self.broker, self.service)
                    code = request.code_from(somebody.open(request.url, self.service.redirect_uri))
        except httpx.HTTPError:
            if not self.over.is_set():
                raise

    def _redeem_and_refresh(self, request: Authorization, code: str) -> None:
        tokens = request.tokens_for(code)
        lineage = Lineage(request, code, tokens["refresh_token"])
        self.lineages.append(lineage)
        lineage.refresh_under_way = True
        answer = refresh(self.broker, self.service, lineage.refresh_token)
        assert answer.status_code == 200, answer.text
        lineage.refresh_token = noted_tokens(self.broker, answer)["refresh_token"]
        lineage.refreshes += 1
        lineage.refresh_under_way = False


@pytest.fixture
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.mark.parametrize("profile", ["sealed", "jwt"])
def test_nothing_answered_with_success_is_lost(profile: str, broker: Broker) -> None:
    service = broker.add_service("library", "--token-profile", profile)
    accounts = [broker.add_account(f"reader-{number}") for number in range(WORKERS)]
    for _ in range(ROUNDS):
        workers = killed_under_load(broker, service, accounts)
        broker.start()
        for lineage in [lineage for worker in workers for lineage in worker.lineages[-LINEAGES_CHECKED:]]:
            renewed = refresh(broker, service, lineage.refresh_token)
            if not lineage.refresh_under_way:
                assert renewed.status_code == 200, "an issued refresh token works after the crash"
            again = lineage.request.redeem(lineage.code)
            assert again.status_code == 400, "a redeemed code stays redeemed"


def killed_under_load(broker: Broker, service: Service, accounts: list[Account]) -> list[Worker]:
    """Let one worker an account loose, then kill the broker in mid-work."""
    over = threading.Event()
    workers = [Worker(broker, service, account, over) for account in accounts]
    with ThreadPoolExecutor(len(workers)) as pool:
        work = [pool.submit(worker.work) for worker in workers]
        wait_until(lambda: all(worker.lineages for worker in workers), "load", 60)
        time.sleep(SECONDS_OF_LOAD)
        over.set()
        broker.kill()
        for one in work:
            one.result(60)
    return workers


def test_an_account_made_while_serving_is_there_after_a_kill(broker: Broker) -> None:
    service = broker.add_service("museum")
    for number in range(5):
        account = broker.add_account(f"visitor-{number}")
        broker.kill()
        broker.start()
        with Person(broker.ledger) as somebody:
            request = authorization(broker, service)
            tokens = request.tokens_for(code_by_local_login(somebody, request, account))
            assert userinfo(broker, tokens["access_token"]).json()["email"] == account.email


def test_a_session_and_a_consent_outlive_a_kill(broker: Broker, person: Person) -> None:
    theatre = broker.add_service("theatre", public=True, first_party=False)
    account = broker.add_account("eva")
    code_by_local_login(person, authorization(broker, theatre), account)
    broker.kill()
    broker.start()
    again = authorization(broker, theatre, prompt="none")
    tokens = again.tokens_for(again.code_from(person.open(again.url, theatre.redirect_uri)))
    assert userinfo(broker, tokens["access_token"]).json()["email"] == account.email


def test_tokens_and_keys_are_good_after_an_orderly_restart(broker: Broker, person: Person) -> None:
    service = broker.add_service("library")
    account = broker.add_account("ida")
    request = authorization(broker, service)
    tokens = request.tokens_for(code_by_local_login(person, request, account))
    keys = httpx.get(broker.url("/oauth2/jwks")).json()
    broker.stop()
    broker.start()
    kept = {key["kid"] for key in httpx.get(broker.url("/oauth2/jwks")).json()["keys"]}
    assert {key["kid"] for key in keys["keys"]} <= kept
    assert userinfo(broker, tokens["access_token"]).status_code == 200
    assert refresh(broker, service, tokens["refresh_token"]).status_code == 200
