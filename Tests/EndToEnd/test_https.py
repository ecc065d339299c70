"""A broker that serves https itself, and one behind a reverse proxy that does."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.certificate import Certificate, make_certificate
from support.oauth import authorization, challenge_of
from support.person import HTML, page_of


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, certificate: Certificate) -> Broker:
    tls = ["--tls-certificate", str(certificate.chain), "--tls-key", str(certificate.key)]
    broker = make_broker("tls", scheme="https", options=tls, trusted=str(certificate.chain))
    broker.start()
    return broker


@pytest.fixture
def browser(certificate: Certificate) -> Iterator[httpx.Client]:
    trust = ssl.create_default_context(cafile=str(certificate.chain))
    with httpx.Client(verify=trust, headers={"Accept": HTML}, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def library(broker: Broker) -> Service:
    return broker.add_service("library")


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def cookies_set(response: httpx.Response) -> dict[str, set[str]]:
    """Name and attributes of every cookie an answer sets."""
    found = {}
    for line in response.headers.get_list("set-cookie"):
        pair, *attributes = line.split(";")
        found[pair.split("=")[0]] = {attribute.strip().lower() for attribute in attributes}
    return found


def test_a_whole_login_over_tls_with_cookies_no_other_host_can_plant(
    broker: Broker, library: Service, jana: Account, browser: httpx.Client
) -> None:
    request = authorization(broker, library)
    begun = browser.get(request.url)
    binding = cookies_set(begun)["__Host-drawbridge-browser"]
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= binding
    assert not [attribute for attribute in binding if attribute.startswith("domain")]

    page = browser.get(str(begun.url.join(begun.headers["location"])))
    form = page_of(page).form(action="/login/local")
    answer = browser.post(
        broker.url("/login/local"),
        data=form.fields | {"username": jana.username, "password": jana.password},
        headers={"Origin": broker.issuer},
    )
    session = cookies_set(answer)["__Host-drawbridge-session"]
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= session
    code = request.code_from(answer)

    tokens = browser.post(
        broker.url("/oauth2/token"),
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": library.redirect_uri,
            "code_verifier": request.verifier,
        },
        auth=library.basic,
    )
    assert tokens.status_code == 200, tokens.text
    claims = browser.get(
        broker.url("/oauth2/userinfo"), headers={"Authorization": f"Bearer {tokens.json()['access_token']}"}
    )
    assert claims.json()["email"] == jana.email
    assert "max-age=" in page.headers["strict-transport-security"]


def test_plain_http_on_the_tls_port_gets_nothing(broker: Broker) -> None:
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://localhost:{broker.port}/health/live", timeout=5)


def test_behind_a_proxy_only_the_proxys_word_counts(make_broker: BrokerMaker) -> None:
    heard = {}
    for trusted in ("127.0.0.1", "192.0.2.7"):
        broker = make_broker(
            f"proxied-by-{trusted}", options=["--trusted-proxies", trusted], public_issuer="https://login.city.example"
        )
        broker.start()
        service = broker.add_service("library")
        with httpx.Client(headers={"Accept": HTML}, timeout=30) as client:
            begun = client.get(
                f"http://127.0.0.1:{broker.port}/oauth2/authorize",
                params={
                    "response_type": "code",
                    "client_id": service.client_id,
                    "redirect_uri": service.redirect_uri,
                    "scope": "openid",
                    "code_challenge": challenge_of("v" * 43),
                    "code_challenge_method": "S256",
                },
                headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.4", "X-Forwarded-Proto": "http"},
            )
        assert begun.status_code == 303
        assert "secure" in cookies_set(begun)["__Host-drawbridge-browser"]
        heard[trusted] = broker.log_text()
    assert "client.address=198.51.100.4" in heard["127.0.0.1"]
    assert "203.0.113.9" not in heard["127.0.0.1"], "what a stranger wrote further left does not count"
    assert "198.51.100.4" not in heard["192.0.2.7"]
