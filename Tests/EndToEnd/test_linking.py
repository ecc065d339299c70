"""One person, several logins: the account page, linking by logging in with both, linking by a vouched-for address."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser, expect

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.chromium import chromium, somebody
from support.login import code_by_local_login, log_in_locally
from support.oauth import authorization, unverified_claims
from support.person import Person, page_of
from support.refusal import assert_page


@pytest.fixture(scope="module")
def second(make_broker: BrokerMaker) -> Broker:
    """The upstream; on 127.0.0.1 because cookies of one host are shared by all its ports."""
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    return upstream


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, second: Broker) -> Broker:
    broker = make_broker()
    sister.connect(broker, second, "sister", "Sister City")
    sister.connect(broker, second, "vouched", "Vouched City", link_by_verified_email=True)
    broker.start()
    return broker


@pytest.fixture(scope="module")
def library(broker: Broker) -> Service:
    return broker.add_service("library")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def open_account(person: Person, broker: Broker, account: Account) -> httpx.Response:
    """From the account page's address through the local form to the page."""
    page = log_in_locally(person, person.open(broker.url("/account")), account)
    assert page.url.path == "/account", page.text[:500]
    return page


def connect(person: Person, broker: Broker, upstream_account: Account, page: httpx.Response) -> httpx.Response:
    """Follow the page's link to the sister city and log in there, up to the question."""
    link = urljoin(str(page.url), page_of(page).link("/account/link/sister"))
    question = log_in_locally(person, person.open(link), upstream_account)
    assert question.url.path == "/account/link", question.text[:500]
    return question


def answer(person: Person, question: httpx.Response, decision: str) -> httpx.Response:
    return person.submit(question, page_of(question).form(action="/account/link"), {"decision": decision})


def subject_by_provider(broker: Broker, library: Service, provider: str, upstream_account: Account) -> str:
    """Who the library thinks somebody is who logs in upstream."""
    with Person() as person:
        request = authorization(broker, library, provider=provider)
        back = log_in_locally(person, person.open(request.url), upstream_account, library.redirect_uri)
        tokens = request.tokens_for(request.code_from(back))
        return str(unverified_claims(tokens["id_token"])["sub"])


def subject_by_password(broker: Broker, library: Service, account: Account) -> str:
    with Person() as person:
        request = authorization(broker, library)
        tokens = request.tokens_for(code_by_local_login(person, request, account))
        return str(unverified_claims(tokens["id_token"])["sub"])


def test_logging_in_with_both_links_them(broker: Broker, second: Broker, library: Service) -> None:
    here, there = broker.add_account("lena"), second.add_account("lena-there")
    with Person() as person:
        page = open_account(person, broker, here)
        question = connect(person, broker, there, page)
        assert there.email in question.text or there.name in question.text
        linked = answer(person, question, "link")
        assert linked.url.path == "/account"
        assert "Sister City" in page_of(linked).text
        again = answer(person, question, "link")
        assert_page(again)
    assert subject_by_provider(broker, library, "sister", there) == subject_by_password(broker, library, here)


def test_the_same_address_alone_links_nothing(broker: Broker, second: Broker, library: Service) -> None:
    here = broker.add_account("same", "Same Address", "--verified")
    there = second.add_account("same", "Same Address", "--verified")
    assert here.email == there.email
    assert subject_by_provider(broker, library, "sister", there) != subject_by_password(broker, library, here)


def test_a_vouched_for_address_links_a_newcomer(broker: Broker, second: Broker, library: Service) -> None:
    here = broker.add_account("vera", "Vera", "--verified")
    there = second.add_account("vera", "Vera", "--verified")
    assert subject_by_provider(broker, library, "vouched", there) == subject_by_password(broker, library, here)
    events = broker.cli_json("audit", "--kind", "identity.linked")
    assert any(event.get("reason") == "verified_email" for event in events)


@pytest.mark.parametrize(("here_verified", "there_verified"), [(False, True), (True, False)])
def test_an_address_that_one_side_has_not_verified_links_nothing(
    here_verified: bool, there_verified: bool, broker: Broker, second: Broker, library: Service
) -> None:
    name = f"half-{here_verified}".lower()
    here = broker.add_account(name, "Half", *(["--verified"] if here_verified else []))
    there = second.add_account(name, "Half", *(["--verified"] if there_verified else []))
    assert subject_by_provider(broker, library, "vouched", there) != subject_by_password(broker, library, here)


def test_a_stolen_question_is_worth_nothing(broker: Broker, second: Broker) -> None:
    mallory, there = broker.add_account("mallory"), second.add_account("mallory-there")
    victim = broker.add_account("victim")
    with Person() as attacker, Person() as person:
        question = connect(attacker, broker, there, open_account(attacker, broker, mallory))
        open_account(person, broker, victim)
        stolen = person.open(str(question.url))
        assert_page(stolen, 400, 403)
        form = page_of(question).form(action="/account/link")
        assert_page(person.submit(question, form, {"decision": "link"}), 400, 403)
        own_link = page_of(open_again(attacker, broker)).link("/account/link/vouched")
        assert_page(person.open(urljoin(broker.issuer, own_link)), 403)


def open_again(person: Person, broker: Broker) -> httpx.Response:
    page = person.open(broker.url("/account"))
    assert page.url.path == "/account"
    return page


def test_a_way_in_is_removed_but_never_the_last(broker: Broker, second: Broker, library: Service) -> None:
    here, there = broker.add_account("rosa"), second.add_account("rosa-there")
    with Person() as person:
        page = open_account(person, broker, here)
        linked = answer(person, connect(person, broker, there, page), "link")
        form = page_of(linked).form(action="/account/unlink")
        after = person.submit(linked, form, {})
        assert after.url.path == "/account"
        assert [form.action for form in page_of(after).forms] == ["/account/sign-out"]
        assert_page(person.submit(linked, form, {"token": "made-up"}), 403)
    assert subject_by_provider(broker, library, "sister", there) != subject_by_password(broker, library, here)


def test_the_account_page_needs_a_login_and_keeps_no_secret_in_logs(broker: Broker) -> None:
    with Person() as person:
        page = person.open(broker.url("/account"))
        assert page.url.path == "/login"
        assert person.get(broker.url("/account/link?proof=garbage")).status_code in (400, 403)
        assert person.get(broker.url("/account/link/sister?token=garbage")).status_code == 403
        assert person.get(broker.url("/account/link/sister")).status_code == 400
        assert person.post(broker.url("/account/unlink"), data={"provider": "sister"}).status_code == 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "title"), [("en", "Your account"), ("sk", "Váš účet")])
def test_the_pages_in_a_browser(
    language: str, title: str, scheme: str, broker: Broker, second: Broker, browser: Browser
) -> None:
    here = broker.add_account(f"eva-{language}-{scheme}", "Eva Nováková")
    there = second.add_account(f"eva-{language}-{scheme}-there", "Eva Nováková")
    with somebody(browser, locale=language, color_scheme=scheme, viewport={"width": 390, "height": 800}) as watch:
        page = watch.page
        page.goto(broker.url("/account"))
        page.fill("input[name=username]", here.username)
        page.fill("input[name=password]", here.password)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(title)
        watch.assert_accessible()
        page.click("a[href^='/account/link/sister']")
        page.fill("input[name=username]", there.username)
        page.fill("input[name=password]", there.password)
        page.keyboard.press("Enter")
        expect(page.locator("button[value=link]")).to_be_visible()
        watch.assert_accessible()
        page.click("button[value=link]")
        expect(page.locator("h1")).to_have_text(title)
        expect(page.locator("form[action='/account/unlink']")).to_have_count(1)
        watch.assert_accessible()
        watch.assert_clean()
