"""A running broker follows its provider files: added, changed, broken, removed, without being told."""

from __future__ import annotations

import json
import signal
import time

import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.oauth import authorization
from support.person import Person
from support.ports import wait_until

LATE: dict[str, object] = {
    "id": "late",
    "type": "oidc",
    "name": "Latecomer",
    "issuer": "https://late.example",
    "client_id": "a",
    "client_secret": {"file": "late.secret"},
}


@pytest.fixture
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("reload")
    (broker.providers / "late.secret").write_text("late-comers-secret\n")
    (broker.providers / "late.secret").chmod(0o600)
    broker.ledger.note("client secret", "late-comers-secret")
    broker.start()
    return broker


@pytest.fixture
def service(broker: Broker) -> Service:
    return broker.add_service("library")


def offers(broker: Broker, service: Service, name: str) -> bool:
    """Whether the login page has a button of that name."""
    with Person() as somebody:
        return name in somebody.open(authorization(broker, service).url).text


def readings(broker: Broker) -> int:
    """How often the files have been read again."""
    return broker.log_text().count("Provider files read again")


def test_a_file_that_comes_changes_and_goes_is_followed(broker: Broker, service: Service) -> None:
    assert not offers(broker, service, "Latecomer")
    broker.write_provider(LATE)
    wait_until(lambda: offers(broker, service, "Latecomer"), "the new provider", 15)
    broker.write_provider(LATE | {"name": "Newcomer"})
    wait_until(lambda: offers(broker, service, "Newcomer"), "the new name", 15)
    (broker.providers / "late.json").unlink()
    wait_until(lambda: not offers(broker, service, "Newcomer"), "the provider to go", 15)


def test_a_file_that_breaks_keeps_its_provider_and_is_named(broker: Broker, service: Service) -> None:
    broker.write_provider(LATE)
    wait_until(lambda: offers(broker, service, "Latecomer"), "the new provider", 15)
    text = json.dumps(LATE | {"isuer": "https://late.example"}, indent=2)
    (broker.providers / "late.json").write_text(text)
    wait_until(lambda: "did you mean issuer?" in broker.log_text(), "the report", 15)
    line = next(line for line in broker.log_text().splitlines() if "did you mean issuer?" in line)
    assert "late.json" in line
    assert "$.isuer" in line
    assert f"line={next(row for row, said in enumerate(text.splitlines(), 1) if 'isuer' in said)}" in line
    assert offers(broker, service, "Latecomer"), "the old one stays"


def test_a_file_half_written_takes_nothing_away(broker: Broker, service: Service) -> None:
    broker.write_provider(LATE)
    wait_until(lambda: offers(broker, service, "Latecomer"), "the new provider", 15)
    whole = json.dumps(LATE | {"name": "Newcomer"})
    for length in range(0, len(whole), len(whole) // 12):
        (broker.providers / "late.json").write_text(whole[:length])
        assert offers(broker, service, "Latecomer"), length
    (broker.providers / "late.json").write_text(whole)
    wait_until(lambda: offers(broker, service, "Newcomer"), "the new name", 15)


def test_a_secret_that_changes_is_followed(broker: Broker, service: Service) -> None:
    broker.write_provider(LATE)
    wait_until(lambda: offers(broker, service, "Latecomer"), "the new provider", 15)
    (broker.providers / "late.secret").unlink()
    wait_until(lambda: not offers(broker, service, "Latecomer"), "the provider to be unusable", 15)
    assert "the file late.secret is not there" in broker.log_text()
    (broker.providers / "late.secret").write_text("another-secret-of-it\n")
    broker.ledger.note("client secret", "another-secret-of-it")
    wait_until(lambda: offers(broker, service, "Latecomer"), "the provider to be back", 15)
    assert "everybody on this machine may read" in broker.log_text()


def test_sighup_is_heard_at_once_and_tells_everything_again(broker: Broker, service: Service) -> None:
    (broker.providers / "broken.json").write_text("{")
    wait_until(lambda: "broken.json" in broker.log_text(), "the report", 15)
    before = broker.log_text().count("broken.json")
    assert broker.process is not None
    broker.process.send_signal(signal.SIGHUP)
    wait_until(lambda: broker.log_text().count("broken.json") > before, "the report again", 15)


def test_nothing_is_read_while_nothing_changes(broker: Broker, service: Service) -> None:
    broker.write_provider(LATE)
    wait_until(lambda: offers(broker, service, "Latecomer"), "the new provider", 15)
    before = readings(broker)
    time.sleep(4)
    assert readings(broker) == before
