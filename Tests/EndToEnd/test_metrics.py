"""What a monitoring system reads, and who else may not."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker
from support.canaille import Canaille
from support.login import code_by_local_login, log_in_locally, login_page
from support.oauth import authorization, refresh
from support.person import Person

SAMPLE = re.compile(r'drawbridge_(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? ([-+.\de]+)')


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


def samples(broker: Broker) -> dict[tuple[str, str], float]:
    """Every sample by its name and labels; every other line has to be a comment about a family."""
    answer = httpx.get(broker.url("/metrics"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[tuple[str, str], float] = {}
    families: set[str] = set()
    for line in answer.text.splitlines():
        if line.startswith("# TYPE drawbridge_"):
            families.add(line.split()[2].removeprefix("drawbridge_"))
        elif not line.startswith("# HELP drawbridge_"):
            match = SAMPLE.fullmatch(line)
            assert match, line
            name, labels, value = match.groups()
            assert name in families or name.rsplit("_", 1)[0] in families, line
            assert (name, labels or "") not in found, line
            found[name, labels or ""] = float(value)
    return found


def test_logins_tokens_requests_and_the_database_are_counted(broker: Broker, person: Person) -> None:
    service = broker.add_service("transport")
    account = broker.add_account("jana")
    request = authorization(broker, service)
    tokens = request.tokens_for(code_by_local_login(person, request, account))
    refresh(broker, service, tokens["refresh_token"])
    with Person() as somebody:
        wrong = Account(account.username, "not-the-password", "", "")
        log_in_locally(somebody, login_page(somebody, authorization(broker, service)), wrong)
    found = samples(broker)
    for event in ("login.succeeded", "login.failed", "token.issued", "token.refreshed"):
        assert found["events_total", f'event="{event}",provider="local"'] == 1, event
    assert found["requests_total", 'route="/oauth2/token",method="POST",status="200"'] == 2
    assert found["request_duration_seconds_count", 'route="/oauth2/token"'] == 2
    assert found["request_duration_seconds_bucket", 'route="/oauth2/token",le="+Inf"'] == 2
    assert found["database_queue_depth", ""] >= 0
    assert found["database_changes_total", ""] >= found["database_commits_total", ""] > 0
    for algorithm in ("RS256", "ES256", "EdDSA"):
        assert 0 <= found["signing_key_age_seconds", f'alg="{algorithm}"'] < 600
    text = httpx.get(broker.url("/metrics")).text
    assert not [kind for value, kind in broker.ledger.values.items() if value in text]


def test_no_stranger_can_make_it_grow(broker: Broker) -> None:
    for number in range(30):
        httpx.get(broker.url(f"/nowhere/{number}?a={number}"))
        httpx.request(f"VERB{number}", broker.url("/oauth2/token"))
        httpx.get(broker.url(f"/login/provider-{number}"))
    found = samples(broker)
    assert not [labels for _, labels in found if "nowhere" in labels or "VERB" in labels or "provider-1" in labels]
    assert len({labels for name, labels in found if name == "requests_total"}) < 30


def test_providers_and_their_breakers_are_shown(make_broker: BrokerMaker, tmp_path: Path) -> None:
    broker = make_broker("with-provider")
    canaille = Canaille(broker, tmp_path / "canaille.log")
    broker.start()
    service = broker.add_service("parking")
    for _ in range(3):
        with Person() as somebody:
            page = login_page(somebody, authorization(broker, service))
            link = re.search(r'href="([^"]*/login/canaille[^"]*)"', page.text)
            assert link
            somebody.get(broker.url(link[1].replace("&amp;", "&")))
    found = samples(broker)
    assert canaille.process is None
    assert found["upstream_duration_seconds_count", 'provider="canaille",outcome="failed"'] == 3
    assert found["upstream_breaker_open", 'provider="canaille"'] == 1
    assert found["upstream_breaker_open", 'provider="local"'] == 0


def test_whoever_comes_over_an_unknown_proxy_may_not_read_it(broker: Broker) -> None:
    for fields in ({"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "127.0.0.1"}):
        assert httpx.get(broker.url("/metrics"), headers=fields).status_code == 404


def test_behind_a_known_proxy_the_reader_counts(make_broker: BrokerMaker) -> None:
    broker = make_broker("behind-proxy", options=["--trusted-proxies", "127.0.0.1", "--metrics-readers", "10.1.0.0/16"])
    broker.start()
    for address, status in [("10.1.2.3", 200), ("10.2.2.3", 404), ("127.0.0.1", 404)]:
        answer = httpx.get(broker.url("/metrics"), headers={"X-Forwarded-For": address})
        assert answer.status_code == status, address
    assert httpx.get(broker.url("/metrics")).status_code == 404


def test_for_a_public_issuer_nobody_may_read_it_unless_told(make_broker: BrokerMaker) -> None:
    broker = make_broker("public", public_issuer="https://login.city.example")
    broker.start()
    assert httpx.get(broker.address + "/metrics").status_code == 404
