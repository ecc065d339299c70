"""The pages in a real Chromium: both languages, both colour schemes, keyboard, axe, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.chromium import Watch, chromium, somebody
from support.demo import Demo, DemoPerson
from support.device import add_television, start
from support.oauth import Authorization, authorization

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
Language = str


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    broker = make_broker()
    sister.connect(broker, upstream, "sister", "Sister City")
    broker.start()
    return broker


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


@pytest.fixture(scope="module")
def theatre(broker: Broker) -> Service:
    """Comes back to the broker's own loopback host, so that no request leaves this machine."""
    return broker.add_service(
        "theatre", public=True, first_party=False, name="City Theatre", redirect_uri="http://127.0.0.1:9/callback"
    )


def to_login(watch: Watch, request: Authorization) -> None:
    watch.page.goto(request.url)
    expect(watch.page.locator("input[name=username]")).to_be_visible()


def to_consent(watch: Watch, request: Authorization, account: Account) -> None:
    to_login(watch, request)
    watch.page.fill("input[name=username]", account.username)
    watch.page.fill("input[name=password]", account.password)
    watch.page.locator("form[action*='/login/local'] button[type=submit]").click()
    expect(watch.page.locator("button[name=decision][value=allow]")).to_be_visible()


def to_wrong_password(watch: Watch, request: Authorization) -> None:
    to_login(watch, request)
    watch.page.fill("input[name=username]", "nobody-here")
    watch.page.fill("input[name=password]", "not-a-password")
    watch.page.locator("form[action*='/login/local'] button[type=submit]").click()
    expect(watch.page.locator("[role=alert]")).to_be_visible()


def to_device_question(watch: Watch, broker: Broker, account: Account) -> None:
    listed = broker.cli_json("client", "list")
    assert isinstance(listed, list)
    known = [client for client in listed if client["client_id"] == "television"]
    television = Service("television", "", "", None, "openid email") if known else add_television(broker)
    watch.page.goto(start(broker, television).answer["verification_uri_complete"])
    watch.page.locator("form[action='/device'] button[type=submit]").click()
    watch.page.fill("input[name=username]", account.username)
    watch.page.fill("input[name=password]", account.password)
    watch.page.locator("form[action*='/login/local'] button[type=submit]").click()
    expect(watch.page.locator("button[name=decision][value=allow]")).to_be_visible()


def to_device_outcome(watch: Watch, broker: Broker, account: Account) -> None:
    to_device_question(watch, broker, account)
    watch.page.locator("button[name=decision][value=allow]").click()
    expect(watch.page.locator("h1")).to_be_visible()
    watch.page.wait_for_url("**/device/allowed")


def to_wrong_device_code(watch: Watch, broker: Broker) -> None:
    watch.page.goto(broker.url("/device"))
    watch.page.fill("input[name=user_code]", "zzzz-zzzz")
    watch.page.keyboard.press("Enter")
    expect(watch.page.locator("[role=alert]")).to_be_visible()


SCENES: dict[str, Callable[[Watch, Broker, Service, Account], object]] = {
    "login": lambda watch, broker, service, _: to_login(watch, authorization(broker, service)),
    "wrong-password": lambda watch, broker, service, _: to_wrong_password(watch, authorization(broker, service)),
    "consent": lambda watch, broker, service, who: to_consent(watch, authorization(broker, service), who),
    "error": lambda watch, broker, *_: watch.page.goto(broker.url("/oauth2/authorize?client_id=nobody")),
    "not-found": lambda watch, broker, *_: watch.page.goto(broker.url("/nowhere")),
    "signed-out": lambda watch, broker, *_: watch.page.goto(broker.url("/oauth2/logout")),
    "home": lambda watch, broker, *_: watch.page.goto(broker.url("/")),
    "device": lambda watch, broker, *_: watch.page.goto(broker.url("/device")),
    "wrong-device-code": lambda watch, broker, *_: to_wrong_device_code(watch, broker),
    "device-question": lambda watch, broker, _, who: to_device_question(watch, broker, who),
    "device-outcome": lambda watch, broker, _, who: to_device_outcome(watch, broker, who),
}
FAILING_BY_DESIGN = {"error": 400, "not-found": 404, "wrong-password": 401, "wrong-device-code": 400}


def console_errors(watch: Watch, scene: str) -> list[str]:
    """Console messages, less Chromium's own remark that a page meant as an error has an error status."""
    return [text for text in watch.console if scene not in FAILING_BY_DESIGN or "the server responded" not in text]


@pytest.mark.parametrize("language", ["en", "sk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scene", SCENES)
def test_a_page_is_accessible_and_keeps_to_itself(
    scene: str,
    scheme: str,
    language: Language,
    browser: Browser,
    broker: Broker,
    theatre: Service,
    jana: Account,
    artifacts: Path,
) -> None:
    for name, size in (("desk", DESK), ("phone", PHONE)):
        with somebody(browser, color_scheme=scheme, locale=language, viewport=size) as watch:
            SCENES[scene](watch, broker, theatre, jana)
            assert watch.page.locator("html").get_attribute("lang") == language
            assert watch.page.title()
            watch.page.screenshot(path=artifacts / f"{scene}-{language}-{scheme}-{name}.png", full_page=True)
            watch.assert_accessible()
            wider = watch.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert not wider, "nothing to scroll sideways"
            assert console_errors(watch, scene) == []
            assert watch.strangers == []


@pytest.mark.parametrize("scene", ["login", "consent", "error", "home", "device", "device-question"])
def test_the_two_languages_say_different_words(
    scene: str, browser: Browser, broker: Broker, theatre: Service, jana: Account
) -> None:
    texts = set()
    for language in ("en", "sk"):
        with somebody(browser, locale=language) as watch:
            SCENES[scene](watch, broker, theatre, jana)
            texts.add(watch.page.locator("main").inner_text())
    assert len(texts) == 2


def test_ui_locales_comes_before_the_browsers_language(browser: Browser, broker: Broker, theatre: Service) -> None:
    with somebody(browser, locale="en") as watch:
        to_login(watch, authorization(broker, theatre, ui_locales="sk en"))
        assert watch.page.locator("html").get_attribute("lang") == "sk"


def test_everything_works_without_scripts(browser: Browser, broker: Broker, theatre: Service) -> None:
    account = broker.add_account("no-scripts")
    with somebody(browser, java_script_enabled=False) as watch:
        to_consent(watch, authorization(broker, theatre), account)
        with watch.page.expect_request("http://127.0.0.1:9/callback?*code=*"):
            watch.page.locator("button[name=decision][value=allow]").click(no_wait_after=True)


def focused(page: Page) -> str:
    """The name of the control that has the keyboard."""
    return page.evaluate("document.activeElement.name || document.activeElement.tagName")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control ``name`` has the keyboard."""
    for _ in range(30):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name} by keyboard")


def test_a_login_by_keyboard_alone(browser: Browser, broker: Broker, theatre: Service) -> None:
    account = broker.add_account("keyboard")
    with somebody(browser) as watch:
        page = watch.page
        to_login(watch, authorization(broker, theatre))
        tab_to(page, "username")
        page.keyboard.type(account.username)
        page.keyboard.press("Tab")
        tab_to(page, "password")
        page.keyboard.type(account.password)
        page.keyboard.press("Enter")
        expect(page.locator("button[name=decision][value=allow]")).to_be_visible()
        tab_to(page, "decision")
        while page.evaluate("document.activeElement.value") != "allow":
            page.keyboard.press("Tab")
        outline = page.evaluate(
            "(style => style.outlineStyle + style.boxShadow)(getComputedStyle(document.activeElement))"
        )
        assert outline != "nonenone", "the focus shows"
        with page.expect_request("http://127.0.0.1:9/callback?*code=*"):
            page.keyboard.press("Enter")


def test_a_password_manager_finds_the_fields(browser: Browser, broker: Broker, theatre: Service) -> None:
    with somebody(browser) as watch:
        to_login(watch, authorization(broker, theatre))
        assert watch.page.locator("input[name=username]").get_attribute("autocomplete") == "username"
        assert watch.page.locator("input[name=password]").get_attribute("autocomplete") == "current-password"


def test_a_page_of_another_site_cannot_frame_the_login(browser: Browser, broker: Broker, theatre: Service) -> None:
    with somebody(browser) as watch:
        watch.page.set_content(f"<iframe src='{authorization(broker, theatre).url}'></iframe>")
        watch.page.wait_for_timeout(1000)
        inner = watch.page.frames[1]
        assert inner.locator("input[name=username]").count() == 0


def test_a_sisters_account_logs_in_through_both_brokers(browser: Browser, broker: Broker, theatre: Service) -> None:
    with somebody(browser) as watch:
        to_login(watch, authorization(broker, theatre))
        watch.page.get_by_text("Sister City").click()
        expect(watch.page.locator("input[name=username]")).to_be_visible()
        assert watch.page.url.startswith("http://127.0.0.1:")
        watch.assert_accessible()
        watch.assert_clean()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    demo.start()
    yield demo
    demo.stop()


def log_in_at(watch: Watch, demo: Demo, service: str, who: DemoPerson, artifacts: Path) -> None:
    """Click from a demo service's front page to the page it shows somebody logged in."""
    page, home = watch.page, demo.address_of(service)

    def look(what: str) -> None:
        watch.assert_accessible()
        page.screenshot(path=artifacts / f"demo-{service.lower()}-{what}.png", full_page=True)

    page.goto(home)
    look("home")
    page.locator("a[href='/login']").click()
    other_way = page.locator("a[href*='/login/city-openid']")
    password, greeting = page.locator("input[name=password]"), page.get_by_text(f"Hello, {who.name}")
    expect(other_way.or_(password).first).to_be_visible()
    if other_way.count():
        look("chooser")
        other_way.click()
        page.wait_for_url(lambda url: "/login/city-openid" not in url)
    expect(password).to_be_visible()
    look("login")
    page.fill("input[name=username]", who.username)
    page.fill("input[name=password]", who.password)
    page.keyboard.press("Enter")
    allow = page.locator("button[name=decision][value=allow]")
    expect(allow.or_(greeting).first).to_be_visible()
    if allow.count():
        look("consent")
        allow.click()
    expect(greeting.first).to_be_visible()
    look("done")


def test_a_person_goes_through_the_demo(browser: Browser, demo: Demo, artifacts: Path) -> None:
    with somebody(browser, locale="en", viewport=DESK) as watch:
        for service in ("Transport", "Parking"):
            log_in_at(watch, demo, service, demo.people()[0], artifacts)
        watch.assert_clean()


def test_two_people_in_two_browsers_stay_two(browser: Browser, demo: Demo, artifacts: Path) -> None:
    first, second = demo.people()[:2]
    with somebody(browser, locale="en") as one, somebody(browser, locale="en") as other:
        log_in_at(one, demo, "Transport", first, artifacts)
        log_in_at(other, demo, "Transport", second, artifacts)
        one.page.reload()
        assert first.name in one.page.locator("body").inner_text()
        assert second.name not in one.page.locator("body").inner_text()
        assert second.name in other.page.locator("body").inner_text()
