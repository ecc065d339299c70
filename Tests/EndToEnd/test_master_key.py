"""A new master key in the middle of a day's traffic: nobody loses a token, a login or a session."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login, log_in_locally, login_page
from support.oauth import Authorization, authorization, noted_tokens, refresh, userinfo
from support.person import Person
from support.ports import wait_until

SOON = 60
LONG_REQUESTS = 3000
LONG = "x" * 1800


@pytest.fixture
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker(options=["--code-lifetime", "600"])
    broker.start()
    return broker


def master_keys(broker: Broker) -> list[dict[str, object]]:
    """The master keys, newest first."""
    return broker.cli_json("key", "list-master")


def rotate(broker: Broker) -> tuple[str, str]:
    """A new master key; it and the one before by their ids."""
    keys = broker.cli_json("key", "rotate-master", "--delay", "5")
    assert [key["state"] for key in keys[:2]] == ["waiting", "sealing"]
    return keys[0]["id"], keys[1]["id"]


def rows(broker: Broker, key: str) -> int:
    """How many envelopes rest under a key."""
    return next(found["rows"] for found in master_keys(broker) if found["id"] == key)


def sealed_anew(broker: Broker, new: str, old: str) -> Callable[[], bool]:
    """Whether the new key seals and nothing rests under the old one."""

    def done() -> bool:
        found = {key["id"]: key for key in master_keys(broker)}
        return found[new]["state"] == "sealing" and found[old]["rows"] == 0

    return done


@dataclass
class Commuter:
    """Somebody whose client refreshes all day long."""

    broker: Broker
    service: Service
    refresh_token: str
    over: threading.Event
    count: int = 0
    failures: list[str] = field(default_factory=list)

    def travel(self) -> None:
        """Refresh until it is over; each refresh has to succeed."""
        while not self.over.is_set():
            answer = refresh(self.broker, self.service, self.refresh_token)
            if answer.status_code != 200:
                self.failures.append(answer.text)
                return
            tokens = noted_tokens(self.broker, answer)
            self.refresh_token = tokens["refresh_token"]
            assert userinfo(self.broker, tokens["access_token"]).status_code == 200
            self.count += 1


@dataclass
class Morning:
    """What was under way before the rotation: a session, idle tokens, a code, and a login page."""

    broker: Broker
    service: Service
    account: Account
    person: Person
    tokens: dict[str, str]
    request: Authorization
    code: str
    stranger: Person
    page: httpx.Response
    page_request: Authorization

    @classmethod
    def begin(cls, broker: Broker, service: Service, account: Account) -> Morning:
        """Begin all of it."""
        person, stranger = Person(broker.ledger), Person(broker.ledger)
        first = authorization(broker, service)
        tokens = first.tokens_for(code_by_local_login(person, first, account))
        request = authorization(broker, service)
        code = request.code_from(person.open(request.url, service.redirect_uri))
        # So long that the broker keeps the request, sealed, instead of sending it around.
        page_request = authorization(broker, service, state=LONG)
        page = login_page(stranger, page_request)
        return cls(broker, service, account, person, tokens, request, code, stranger, page, page_request)

    def go_on(self) -> None:
        """All of it goes on."""
        assert self.request.tokens_for(self.code)["id_token"]
        assert userinfo(self.broker, self.tokens["access_token"]).status_code == 200
        answer = refresh(self.broker, self.service, self.tokens["refresh_token"])
        assert answer.status_code == 200, answer.text
        self.tokens = noted_tokens(self.broker, answer)
        again = authorization(self.broker, self.service, prompt="none")
        assert again.code_from(self.person.open(again.url, self.service.redirect_uri))
        answer = log_in_locally(self.stranger, self.page, self.account, self.service.redirect_uri)
        assert self.page_request.tokens_for(self.page_request.code_from(answer))
        self.person.http.close()
        self.stranger.http.close()


@pytest.mark.parametrize("profile", ["sealed", "jwt"])
def test_nothing_is_lost_when_the_master_key_changes_in_mid_traffic(profile: str, broker: Broker) -> None:
    service = broker.add_service("tram", "--token-profile", profile)
    account = broker.add_account("jana")
    mornings = [Morning.begin(broker, service, account) for _ in range(3)]
    over = threading.Event()
    commuters = [Commuter(broker, service, one.tokens["refresh_token"], over) for one in mornings]
    for one in mornings:
        first = authorization(broker, service)
        one.tokens = first.tokens_for(first.code_from(one.person.open(first.url, service.redirect_uri)))
    with ThreadPoolExecutor(len(commuters)) as pool:
        travels = [pool.submit(commuter.travel) for commuter in commuters]
        new, old = rotate(broker)
        assert broker.process is not None
        broker.process.send_signal(signal.SIGHUP)
        wait_until(sealed_anew(broker, new, old), "everything under the new key", SOON)
        counts = [commuter.count for commuter in commuters]
        wait_until(lambda: all(one.count > before for one, before in zip(commuters, counts, strict=True)), "traffic")
        over.set()
        for travel in travels:
            travel.result(SOON)
    assert not [failure for commuter in commuters for failure in commuter.failures]
    mornings[0].go_on()
    broker.stop()
    broker.start()
    mornings[1].go_on()
    broker.kill()
    broker.start()
    mornings[2].go_on()
    for commuter in commuters:
        assert refresh(broker, service, commuter.refresh_token).status_code == 200
    assert broker.cli("audit", "verify").returncode == 0
    mode = stat.S_IMODE(os.stat(broker.data / "master.key").st_mode)
    assert mode == 0o600
    for line in (broker.data / "master.key").read_text().splitlines():
        if not line.startswith("#"):
            broker.ledger.note("master key", line.split()[0])
    assert not broker.leaks()


def kept_under(broker: Broker, old_prefix: str) -> tuple[int, int]:
    """How many long requests rest under the old key, and under another."""
    with closing(sqlite3.connect(f"file:{broker.data}/drawbridge.sqlite?mode=ro", uri=True)) as database:
        query = "SELECT count(*) FROM kept_requests WHERE substr(sealed, 1, 6) {} ?"
        return tuple(database.execute(query.format(sign), [old_prefix]).fetchone()[0] for sign in ("=", "<>"))


def test_a_kill_in_the_middle_of_sealing_anew_loses_nothing(broker: Broker) -> None:
    service = broker.add_service("tram")
    account = broker.add_account("jana")
    morning = Morning.begin(broker, service, account)
    with httpx.Client(timeout=30) as browser:
        for _ in range(LONG_REQUESTS):
            answer = browser.get(authorization(broker, service, state=LONG).url)
            assert answer.status_code == 303
    with closing(sqlite3.connect(broker.data / "drawbridge.sqlite")) as database:
        prefixes = {text[:6] for (text,) in database.execute("SELECT sealed FROM kept_requests")}
    assert len(prefixes) == 1
    (prefix,) = prefixes
    new, old = rotate(broker)
    before, after = kept_under(broker, prefix)
    while not after:
        before, after = kept_under(broker, prefix)
    broker.kill()
    before, after = kept_under(broker, prefix)
    assert before > 0, "the kill came in the middle"
    assert after > 0
    assert before + after == LONG_REQUESTS + 1
    broker.start()
    wait_until(sealed_anew(broker, new, old), "the rest", SOON)
    assert kept_under(broker, prefix) == (0, LONG_REQUESTS + 1)
    morning.go_on()
    assert broker.cli("audit", "verify").returncode == 0


def test_an_old_master_key_stays_until_nothing_needs_it(broker: Broker) -> None:
    service = broker.add_service("tram")
    account = broker.add_account("jana")
    with Person(broker.ledger) as somebody:
        request = authorization(broker, service)
        early = request.tokens_for(code_by_local_login(somebody, request, account))
    refused = broker.cli("key", "retire-master", master_keys(broker)[0]["id"])
    assert refused.returncode == 1
    assert "rotate-master first" in refused.stderr
    broker.stop()
    new, old = rotate(broker)
    again = broker.cli("key", "rotate-master")
    assert again.returncode == 1
    assert new in again.stderr
    wait_until(lambda: master_keys(broker)[0]["state"] == "sealing", "the new key's time", SOON)
    refused = broker.cli("key", "retire-master", old, "--force")
    assert refused.returncode == 1
    assert "rows" in refused.stderr
    broker.start()
    wait_until(sealed_anew(broker, new, old), "everything under the new key", SOON)
    assert not master_keys(broker)[1]["removable"]
    refused = broker.cli("key", "retire-master", old)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    with Person(broker.ledger) as somebody:
        request = authorization(broker, service)
        late = request.tokens_for(code_by_local_login(somebody, request, account))
    assert [key["id"] for key in broker.cli_json("key", "retire-master", old, "--force")] == [new]

    def is_forgotten() -> bool:
        return userinfo(broker, early["access_token"]).status_code == 401

    wait_until(is_forgotten, "the running broker's forgetting", SOON)
    broker.stop()
    broker.start()
    assert refresh(broker, service, early["refresh_token"]).json()["error"] == "invalid_grant"
    assert refresh(broker, service, late["refresh_token"]).status_code == 200
    events = [event["event"] for event in broker.cli_json("audit", "--limit", "500")]
    assert events.count("master_key.added") == events.count("master_key.removed") == 1


def test_a_broken_master_key_file_changes_nothing(broker: Broker) -> None:
    service = broker.add_service("tram")
    account = broker.add_account("jana")
    file = broker.data / "master.key"
    good = file.read_text()
    for bad, word in [("garbage\n", "line 1"), (f"{'A' * 43}=\n", "is not in the file"), ("# none\n", "no key")]:
        file.write_text(bad)
        wait_until(lambda word=word: word in broker.log_text(), word, SOON)
        with Person(broker.ledger) as somebody:
            request = authorization(broker, service)
            assert request.tokens_for(code_by_local_login(somebody, request, account))
    file.write_text(good)


def test_keys_in_the_environment_are_rotated_by_hand(make_broker: BrokerMaker) -> None:
    first, second = "A" * 43 + "=", "B" * 42 + "A="
    broker = make_broker()
    broker.environment = {"DRAWBRIDGE_MASTER_KEY": first}
    broker.start()
    service = broker.add_service("tram")
    account = broker.add_account("jana")
    with Person(broker.ledger) as somebody:
        request = authorization(broker, service)
        tokens = request.tokens_for(code_by_local_login(somebody, request, account))
    refused = broker.cli("key", "rotate-master")
    assert refused.returncode == 1
    assert "DRAWBRIDGE_MASTER_KEY" in refused.stderr
    broker.stop()
    broker.environment = {"DRAWBRIDGE_MASTER_KEY": f"{second},{first}"}
    broker.start()
    new, old = (key["id"] for key in master_keys(broker))
    wait_until(sealed_anew(broker, new, old), "everything under the new key", SOON)
    assert refresh(broker, service, tokens["refresh_token"]).status_code == 200
    assert rows(broker, new) > 0
