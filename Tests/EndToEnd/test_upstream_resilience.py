"""One provider's trouble is its own: breaker, bounds, trust, reload, and ten thousand logins nobody finishes."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.certificate import make_certificate
from support.chromium import chromium, somebody
from support.forgery import SigningKey
from support.liar import DISCOVERY, KEYS, TOKEN, LyingProvider, Visitor, silent
from support.login import code_by_local_login, login_page
from support.oauth import authorization, challenge_of, refresh, userinfo
from support.person import Person, page_of
from support.ports import answers, wait_until
from support.refusal import assert_page

KEY = SigningKey("resilient-1")
STUCK, STARTS = 200, 10_000
LONG_PAUSE = 45
"""Seconds a provider asks to be left alone: longer than a browser takes to look at two pages on a busy machine."""
MEBIBYTE = 1 << 20
ProviderMaker = Callable[..., LyingProvider]


@pytest.fixture
def make_provider() -> Iterator[ProviderMaker]:
    made: list[LyingProvider] = []

    def make(identifier: str, certificate: object = None) -> LyingProvider:
        made.append(LyingProvider(identifier, KEY, certificate))
        return made[-1]

    yield make
    for provider in made:
        provider.stop()


def running(make_broker: BrokerMaker, *files: dict[str, object], **settings: object) -> Broker:
    """A broker with these providers; it logs as JSON."""
    broker = make_broker(options=["--log-format", "json"], **settings)
    for file in files:
        broker.write_provider(file)
    broker.start()
    return broker


def log_of(broker: Broker, provider: str) -> list[tuple[str, str]]:
    """Levels and messages about one provider, in order."""
    lines = [json.loads(line) for line in broker.log_text().splitlines()]
    mine = [line for line in lines if line.get("metadata", {}).get("connector.id") == provider]
    assert all(line["ray_id"] for line in mine)
    return [(line["level"], line["message"]) for line in mine]


def fail(provider: LyingProvider, broker: Broker, service: Service) -> httpx.Response:
    """One login that ends in the page for a provider that does not answer."""
    with Person(broker.ledger) as person:
        response = provider.log_in(person, authorization(broker, service, provider=provider.id))
        assert_page(response, 503)
        return response


def is_offered(provider: LyingProvider, broker: Broker, service: Service) -> bool:
    """Whether the login page has a link to the provider."""
    with Person(broker.ledger) as person:
        links = page_of(login_page(person, authorization(broker, service))).links
        return any(f"/login/{provider.id}?" in link for link in links)


def test_a_provider_that_fails_is_left_alone_marked_and_tried_again(
    make_broker: BrokerMaker, make_provider: ProviderMaker
) -> None:
    moody, steady = make_provider("moody"), make_provider("steady")
    broker = running(make_broker, moody.provider_file(), steady.provider_file())
    service = broker.add_service("resilient")
    moody.speeches[TOKEN] = lambda visitor: visitor.say(500, b"")
    for _ in range(3):
        fail(moody, broker, service)
    asked = len(moody.requests)
    with Person(broker.ledger) as person:
        refused = person.open(authorization(broker, service, provider="moody").url, moody.issuer)
        assert_page(refused, 503)
    assert not is_offered(moody, broker, service)
    assert is_offered(steady, broker, service)
    assert len(moody.requests) == asked
    moody.speeches[TOKEN] = lambda visitor: visitor.say(503, b"", Retry_After=str(LONG_PAUSE))
    wait_until(lambda: is_offered(moody, broker, service), "the first pause to end")
    fail(moody, broker, service)
    with chromium() as browser:
        for language, words in (("en", "Not available at the moment"), ("sk", "Momentálne nedostupné")):
            with somebody(browser, locale=language) as watch:
                watch.page.goto(authorization(broker, service).url)
                marked = watch.page.get_by_role("link", name="Moody").filter(has_text=words)
                assert marked.count() == 1
                assert marked.get_attribute("aria-disabled") == "true"
                assert marked.get_attribute("href") is None
                watch.assert_accessible()
                watch.assert_clean()
    assert broker.cli_json("provider", "list", "--providers", str(broker.providers))
    del moody.speeches[TOKEN]
    wait_until(lambda: is_offered(moody, broker, service), "the pause to end", 90)
    with Person(broker.ledger) as person:
        request = authorization(broker, service, provider="moody")
        request.code_from(moody.log_in(person, request))
    said = log_of(broker, "moody")
    assert said.count(("warning", "Upstream request failed")) == moody.count(TOKEN) - 1
    assert ("warning", "A provider is left alone for a while") in said
    assert said[-2:] == [("notice", "A provider is tried again"), ("notice", "A provider is back")]


def test_hundreds_of_logins_stuck_at_one_provider_hold_nobody_else_up(
    make_broker: BrokerMaker, make_provider: ProviderMaker
) -> None:
    hanging, steady = make_provider("hanging"), make_provider("steady")
    broker = running(make_broker, hanging.provider_file(), steady.provider_file())
    service = broker.add_service("busy")
    account = broker.add_account("unhurt")
    with Person(broker.ledger) as person:
        request = authorization(broker, service, provider="local")
        tokens = request.tokens_for(code_by_local_login(person, request, account))
    people = [Person(broker.ledger) for _ in range(STUCK)]
    callbacks = []
    for person in people:
        request = authorization(broker, service, provider="hanging")
        callbacks.append(hanging.callback(person, request, hanging.begin(person, request)))
        person.http.timeout = 120
    quiet = statistics.median(login_time(broker, service, steady) for _ in range(5))
    hanging.speeches[TOKEN] = silent
    with ThreadPoolExecutor(STUCK) as workers:
        stuck = [workers.submit(person.get, url) for person, url in zip(people, callbacks, strict=True)]
        wait_until(lambda: hanging.count(TOKEN) > 0, "somebody stuck")
        times = []
        while not all(one.done() for one in stuck) and len(times) < 20:
            times.append(login_time(broker, service, steady))
            with Person(broker.ledger) as person:
                request = authorization(broker, service, provider="local")
                request.tokens_for(code_by_local_login(person, request, account))
            tokens = refresh(broker, service, tokens["refresh_token"]).raise_for_status().json()
            assert userinfo(broker, tokens["access_token"]).status_code == 200
            assert answers(broker.url("/health/ready"))
        assert statistics.median(times) < 3 * quiet + 0.5, (quiet, times)
        assert max(times) < 5, "half of what the hanging ones wait"
        for one in stuck:
            assert_page(one.result(), 503)
    assert hanging.count(TOKEN) <= 128
    for person in people:
        person.http.close()


def login_time(broker: Broker, service: Service, provider: LyingProvider) -> float:
    """Seconds of a whole login, from the client's link to its tokens."""
    with Person(broker.ledger) as person:
        begun = time.monotonic()
        request = authorization(broker, service, provider=provider.id)
        request.tokens_for(request.code_from(provider.log_in(person, request)))
        return time.monotonic() - begun


def test_a_dead_provider_keeps_nobody_from_starting(make_broker: BrokerMaker, make_provider: ProviderMaker) -> None:
    hanging = make_provider("hanging")
    for path in (DISCOVERY, KEYS, TOKEN):
        hanging.speeches[path] = silent
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        dead = hanging.provider_file(id="dead", issuer=f"http://localhost:{unheard.getsockname()[1]}")
        broker = running(make_broker, hanging.provider_file(), dead)
        assert answers(broker.url("/health/ready"))
        assert hanging.requests == []


def trouble(make_broker: BrokerMaker, provider: LyingProvider, **changes: object) -> tuple[Broker, str]:
    """A login that fails before the provider's pages, and its cause in the log."""
    broker = running(make_broker, provider.provider_file(**changes))
    service = broker.add_service("secure")
    with Person(broker.ledger) as person:
        response = person.open(authorization(broker, service, provider=provider.id).url)
        assert_page(response, 503)
    lines = [json.loads(line) for line in broker.log_text().splitlines() if response.headers["ray-id"] in line]
    warned = [line["metadata"]["cause"] for line in lines if line["message"] == "Upstream request failed"]
    assert len(warned) == 1, lines
    return broker, warned[0]


def test_a_certificate_of_an_unknown_authority_is_accepted_where_the_file_says_so(
    make_broker: BrokerMaker, make_provider: ProviderMaker, tmp_path: Path
) -> None:
    certificate = make_certificate(tmp_path)
    private = make_provider("private", certificate)
    _, cause = trouble(make_broker, private)
    assert "certificate that is not trusted" in cause
    trusting = private.provider_file(ca_certificate={"file": str(certificate.chain)})
    broker = running(make_broker, trusting, private.provider_file(id="other"))
    service = broker.add_service("secure")
    with Person(broker.ledger) as person:
        request = authorization(broker, service, provider="private")
        assert request.tokens_for(request.code_from(private.log_in(person, request)))
    with Person(broker.ledger) as person:
        assert_page(person.open(authorization(broker, service, provider="other").url), 503)


@pytest.mark.parametrize(
    ("settings", "cause"),
    [({"ends_in": -1}, "not trusted"), ({"host": "elsewhere.example"}, "certificate for another name")],
)
def test_trusting_an_authority_does_not_mean_trusting_anything(
    settings: dict[str, object],
    cause: str,
    make_broker: BrokerMaker,
    make_provider: ProviderMaker,
    tmp_path: Path,
) -> None:
    certificate = make_certificate(tmp_path, **settings)
    provider = make_provider("private", certificate)
    _, said = trouble(make_broker, provider, ca_certificate={"file": str(certificate.chain)})
    assert cause in said


@pytest.mark.parametrize("member", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "ip6-localhost", "2130706433", "0x7f.1"])
def test_metadata_does_not_make_the_broker_call_its_own_network(
    member: str, host: str, make_broker: BrokerMaker, make_provider: ProviderMaker, person: Person
) -> None:
    provider = make_provider("leading-astray")
    with closing(socket.create_server(("127.0.0.1", 0))) as inside:
        inside.settimeout(0)
        provider.metadata[member] = f"https://{host}:{inside.getsockname()[1]}/admin"
        broker = running(make_broker, provider.provider_file())
        request = authorization(broker, broker.add_service("astray"), provider=provider.id)
        response = person.open(request.url, provider.issuer)
        if response.is_redirect:
            asked = dict(httpx.QueryParams(urlsplit(response.headers["location"]).query))
            response = person.get(provider.callback(person, request, asked))
        assert_page(response, 503)
        with pytest.raises(BlockingIOError):
            inside.accept()


def test_a_changed_file_lets_what_is_under_way_finish_and_then_hangs_up(
    make_broker: BrokerMaker, make_provider: ProviderMaker, person: Person
) -> None:
    provider = make_provider("changing")
    broker = running(make_broker, provider.provider_file())
    service = broker.add_service("changing")
    released = threading.Event()

    def slow(visitor: Visitor) -> None:
        released.wait(5)
        del provider.speeches[TOKEN]
        answer = provider._token(visitor.form)
        visitor.say(200, json.dumps(answer).encode())

    request = authorization(broker, service, provider="changing")
    callback = provider.callback(person, request, provider.begin(person, request))
    provider.speeches[TOKEN] = slow
    with ThreadPoolExecutor(1) as worker:
        login = worker.submit(person.get, callback)
        wait_until(lambda: provider.count(TOKEN) == 1, "the token endpoint being asked")
        broker.write_provider(provider.provider_file(name="Changed"))
        assert broker.process is not None
        broker.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "read again" in broker.log_text(), "the reload")
        released.set()
        request.code_from(login.result())
    wait_until(lambda: not provider.open_connections, "the old connections to close")
    with Person(broker.ledger) as other:
        request = authorization(broker, service, provider="changing")
        request.code_from(provider.log_in(other, request))
    assert provider.open_connections


def rows(broker: Broker) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(f"file:{broker.data / 'drawbridge.sqlite'}?mode=ro", uri=True)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def resident(broker: Broker) -> int:
    """Bytes of memory the broker occupies."""
    assert broker.process is not None
    status = Path(f"/proc/{broker.process.pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))) * 1024


def start_logins(broker: Broker, service: Service, count: int) -> int:
    """Begin so many logins, each in a browser of its own, up to the provider's door; how many got there."""
    connection = http.client.HTTPConnection("localhost", broker.port, timeout=60)
    arrived = 0
    for number in range(count):
        query = {
            "response_type": "code",
            "client_id": service.client_id,
            "redirect_uri": service.redirect_uri,
            "scope": "openid",
            "state": f"state-of-a-login-{number}",
            "code_challenge": challenge_of("v" * 43),
            "code_challenge_method": "S256",
            "provider": "popular",
        }
        path, cookie = f"/oauth2/authorize?{urlencode(query)}", ""
        for _ in range(2):
            connection.request("GET", path, headers={"Accept": "text/html", "Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
            location = urlsplit(answer.getheader("Location") or "")
            path = f"{location.path}?{location.query}"
        arrived += answer.status == 303 and location.path == "/authorize"
    connection.close()
    return arrived


def test_ten_thousand_logins_that_nobody_finishes_cost_no_rows_and_little_memory(
    make_broker: BrokerMaker, make_provider: ProviderMaker
) -> None:
    popular = make_provider("popular")
    broker = running(make_broker, popular.provider_file())
    service = broker.add_service("popular")
    assert start_logins(broker, service, 200) == 200
    before, memory = rows(broker), resident(broker)
    with ThreadPoolExecutor(8) as workers:
        started = workers.map(lambda count: start_logins(broker, service, count), [STARTS // 8] * 8)
        assert sum(started) == STARTS
    assert rows(broker) == before
    grown = resident(broker) - memory
    assert grown < 30 * MEBIBYTE, f"{grown / MEBIBYTE:.1f} MiB"
    assert popular.requests == [DISCOVERY]
    begun = time.monotonic()
    with Person(broker.ledger) as person:
        request = authorization(broker, service, provider="popular")
        request.code_from(popular.log_in(person, request))
    assert time.monotonic() - begun < 30
