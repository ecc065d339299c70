"""Clients that asked for it hear of a logout in the browser (OIDC Front-Channel Logout 1.0)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.chromium import Watch, chromium, somebody
from support.login import code_by_local_login
from support.logout_site import LogoutSite
from support.oauth import authorization, unverified_claims
from support.person import Person, page_of, query_of


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    made = make_broker()
    made.start()
    return made


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def add_service(broker: Broker, name: str, site: LogoutSite) -> Service:
    """A client at ``site`` that wants its page loaded."""
    return broker.add_service(
        name,
        *("--frontchannel-logout-uri", f"{site.origin}/frame?x=1", "--frontchannel-logout-session-required"),
        *("--post-logout-redirect-uri", f"{site.origin}/bye"),
        redirect_uri=f"{site.origin}/callback",
    )


def log_in(watch: Watch, broker: Broker, service: Service, account: Account) -> dict[str, str]:
    """Tokens by way of the browser."""
    request = authorization(broker, service)
    with watch.page.expect_response(lambda answer: answer.url.startswith(service.redirect_uri)) as back:
        watch.page.goto(request.url)
        if watch.page.locator("input[name=username]").count():
            watch.page.fill("input[name=username]", account.username)
            watch.page.fill("input[name=password]", account.password)
            watch.page.locator("form[action*='/login/local'] button[type=submit]").click()
    return request.tokens_for(query_of(back.value.url)["code"])


def frames_of(site: LogoutSite) -> list[dict[str, str]]:
    """The queries with which the frame was loaded."""
    return [query_of(message.path) for message in site.messages if message.path.startswith("/frame")]


def test_every_client_that_asked_is_loaded_and_then_the_browser_goes_on(
    browser: Browser, broker: Broker, jana: Account
) -> None:
    with LogoutSite().open() as one, LogoutSite().open() as two, somebody(browser) as watch:
        services = [add_service(broker, f"front-{number}", site) for number, site in enumerate((one, two))]
        tokens = [log_in(watch, broker, service, jana) for service in services]
        claims = unverified_claims(tokens[0]["id_token"])
        wish = {"id_token_hint": tokens[0]["id_token"], "post_logout_redirect_uri": f"{one.origin}/bye", "state": "s"}
        with watch.page.expect_response(lambda answer: "/oauth2/logout" in answer.url) as answer:
            watch.page.goto(broker.url("/oauth2/logout?" + urlencode(wish)))
        policy = answer.value.header_value("content-security-policy") or ""
        sources = next(part for part in policy.split("; ") if part.startswith("frame-src ")).split()[1:]
        assert sorted(sources) == sorted([one.origin, two.origin])
        expect(watch.page.locator("h1")).to_be_visible()
        watch.assert_accessible()
        watch.page.wait_for_url(f"{one.origin}/bye?state=s")
        for site in (one, two):
            assert frames_of(site) == [{"x": "1", "iss": broker.issuer, "sid": claims["sid"]}]
        watch.assert_clean()


def test_the_page_works_without_a_browser_that_refreshes(broker: Broker, jana: Account, person: Person) -> None:
    with LogoutSite().open() as site:
        service = add_service(broker, "linked", site)
        request = authorization(broker, service)
        tokens = request.tokens_for(code_by_local_login(person, request, jana))
        wish = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": f"{site.origin}/bye"}
        page = person.get(broker.url("/oauth2/logout"), params=wish)
        assert page.status_code == 200
        assert person.cookie("drawbridge-session") is None
        assert page.headers["refresh"] == f"3; url={site.origin}/bye"
        assert f"{site.origin}/bye" in page_of(page).links
        assert frames_of(site) == [], "the browser loads it, not the broker"


def test_a_frame_that_is_not_the_clients_own_is_refused(broker: Broker) -> None:
    for uri in ("https://elsewhere.example/frame", "https://bad.example:8443/frame", "http://bad.example/frame"):
        answer = broker.cli(
            *("client", "create", "--id", "bad", "--name", "Bad", "--redirect-uri", "https://bad.example/cb"),
            *("--frontchannel-logout-uri", uri),
        )
        assert answer.returncode != 0
        assert "frontchannel_logout_uri" in answer.stderr
