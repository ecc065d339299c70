"""How an answer reaches the client: OAuth 2.0 Form Post Response Mode, and redirects that go on from the callback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from conftest import BrokerMaker
from support.broker import Account, Broker
from support.chromium import Watch, chromium, somebody
from support.client_site import ClientSite
from support.login import log_in_locally
from support.oauth import authorization
from support.person import Person, page_of


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("modes")
    broker.start()
    return broker


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana", "Jana Nováková")


@pytest.fixture
def site() -> Iterator[ClientSite]:
    with ClientSite().open() as site:
        yield site


def log_in(watch: Watch, url: str, account: Account) -> None:
    watch.page.goto(url)
    watch.page.fill("input[name=username]", account.username)
    watch.page.fill("input[name=password]", account.password)
    watch.page.locator("form[action*='/login/local'] button[type=submit]").click()


@pytest.mark.parametrize("mode", ["query", "form_post"])
@pytest.mark.parametrize("first_party", [True, False], ids=["first party", "consent"])
def test_a_callback_may_send_the_browser_on_to_another_origin(
    browser: Browser, broker: Broker, jana: Account, site: ClientSite, mode: str, first_party: bool
) -> None:
    name = f"onward-{mode.replace('_', '-')}-{first_party}".lower()
    service = broker.add_service(name, redirect_uri=site.callback, first_party=first_party)
    request = authorization(broker, service, response_mode=mode)
    with somebody(browser) as watch:
        log_in(watch, request.url, jana)
        if not first_party:
            watch.page.locator("button[name=decision][value=allow]").click()
        expect(watch.page.locator("h1")).to_have_text("Welcome")
        assert watch.page.url == site.home
        watch.assert_clean()
    ((method, answer),) = site.answers
    assert method == {"query": "GET", "form_post": "POST"}[mode]
    assert (answer["state"], answer["iss"]) == ([request.parameters["state"]], [broker.issuer])
    tokens = request.redeem(answer["code"][0])
    assert tokens.status_code == 200, tokens.text


def test_without_scripts_a_button_posts_the_answer(
    browser: Browser, broker: Broker, jana: Account, site: ClientSite
) -> None:
    service = broker.add_service("by-hand", redirect_uri=site.callback)
    with somebody(browser, java_script_enabled=False) as watch:
        log_in(watch, authorization(broker, service, response_mode="form_post").url, jana)
        watch.page.get_by_role("button", name="Continue").click()
        expect(watch.page.locator("h1")).to_have_text("Welcome")
    assert [method for method, _ in site.answers] == ["POST"]


def test_the_page_keeps_the_answer_out_of_every_url_and_cache(broker: Broker, jana: Account, person: Person) -> None:
    service = broker.add_service("by-form", redirect_uri="https://by-form.city.example/callback?a=1")
    request = authorization(broker, service, response_mode="form_post", state='"><script>alert(1)</script>')
    answer = log_in_locally(person, person.open(request.url), jana)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    form = page_of(answer).form()
    assert (form.method, form.action) == ("post", service.redirect_uri)
    assert form.fields["state"] == request.parameters["state"]
    assert form.fields["iss"] == broker.issuer
    broker.ledger.note("code", form.fields["code"])
    assert request.redeem(form.fields["code"]).status_code == 200


def test_an_error_comes_by_form_as_well(broker: Broker, person: Person) -> None:
    service = broker.add_service("refused-by-form")
    answer = person.get(authorization(broker, service, response_mode="form_post", prompt="none").url)
    assert answer.status_code == 200
    assert page_of(answer).form().fields["error"] == "login_required"


def test_an_app_takes_no_form(broker: Broker, person: Person) -> None:
    service = broker.add_service("app", public=True, redirect_uri="com.example.city:/callback")
    answer = person.get(authorization(broker, service, response_mode="form_post").url)
    assert answer.headers["location"].startswith("com.example.city:/callback?error=invalid_request&")
