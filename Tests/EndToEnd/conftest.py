"""Fixtures: brokers, upstreams, people and a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.binary import ARTIFACTS, binary
from support.broker import Broker
from support.person import Person
from support.pool import MotoServer, Pool
from support.ports import answers
from support.stand_in import StandInPool

BrokerMaker = Callable[..., Broker]


def pytest_sessionstart() -> None:
    """Say at once when there is nothing to test."""
    if not binary().exists():
        pytest.exit(f"{binary()} does not exist: run `make build` first", returncode=2)


@pytest.fixture(scope="module")
def make_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerMaker]:
    """Makes brokers that are stopped, and searched for leaked secrets, after the module."""
    made: list[Broker] = []

    def make(name: str = "broker", **settings: object) -> Broker:
        broker = Broker(tmp_path_factory.mktemp(name), **settings)
        made.append(broker)
        return broker

    yield make
    problems: list[str] = []
    for broker in made:
        try:
            broker.stop()
        except Exception as problem:
            problems.append(str(problem))
        if broker.log.exists():
            problems += [f"secret left behind: {leak}" for leak in broker.leaks()]
    assert not problems, problems


@pytest.fixture(scope="session")
def moto() -> Iterator[MotoServer]:
    """A moto server."""
    server = MotoServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def moto_pool(moto: MotoServer) -> Pool:
    """A pool of the city."""
    return moto.pool("city")


@pytest.fixture(scope="session")
def stand_in_pool() -> Iterator[StandInPool]:
    """A pool whose signing key the tests hold."""
    pool = StandInPool()
    yield pool
    pool.stop()


@pytest.fixture
def still_alive(broker: Broker) -> Iterator[None]:
    """Nothing a test sends may bring its broker down."""
    yield
    assert broker.process is not None
    assert broker.process.poll() is None
    assert answers(broker.url("/health/live"))


@pytest.fixture
def person() -> Iterator[Person]:
    """Somebody with a fresh browser."""
    with Person() as somebody:
        yield somebody


@pytest.fixture(scope="session")
def artifacts() -> Path:
    """Where screenshots go."""
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS
