"""Claims: mapped by a provider's file, released by scopes defined in one place, demanded by some of them."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser, expect

from conftest import BrokerMaker
from support import sister
from support.binary import REPOSITORY, run
from support.broker import Account, Broker, Service
from support.chromium import Watch, chromium, somebody
from support.login import code_by_local_login, decide, log_in_locally, login_page
from support.oauth import Authorization, authorization, refresh, unverified_claims, userinfo
from support.person import Person, page_of
from support.ports import wait_until
from support.verification import VerificationSite

VERIFIED = "openid identity:verified"
BACK = "http://127.0.0.1:9/callback"


def scopes(verification_url: str) -> dict[str, object]:
    """The file of scopes that these tests are about."""
    return {
        "scopes": {
            "identity:verified": {
                "claims": ["identity_verified"],
                "requires": {"claim": "identity_verified", "equals": True, "verification_url": verification_url},
                "words": {
                    "en": {"title": "See that your identity is verified", "explanation": "Not by which document."},
                    "sk": {"title": "Vidieť, že vaša totožnosť je overená", "explanation": "Nie však akým dokladom."},
                },
            },
            "resident": {
                "claims": ["district"],
                "requires": {"claim": "district", "one_of": ["Old Town", "Petržalka"], "optional": True},
            },
            "work": {"claims": ["department", "city"]},
        }
    }


@pytest.fixture(scope="module")
def site() -> Iterator[VerificationSite]:
    site = VerificationSite()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def upstream(make_broker: BrokerMaker, tmp_path_factory: pytest.TempPathFactory) -> Broker:
    """A provider that knows more of its people than OpenID Connect has names for."""
    path = tmp_path_factory.mktemp("upstream-scopes") / "scopes.json"
    path.write_text(json.dumps({"scopes": {"more": {"claims": ["tier", "custom:unit", "teams", "email"]}}}))
    upstream = make_broker("upstream", host="127.0.0.1", options=["--scopes", str(path)])
    upstream.start()
    return upstream


@pytest.fixture(scope="module")
def scope_file(tmp_path_factory: pytest.TempPathFactory, site: VerificationSite) -> Path:
    path = tmp_path_factory.mktemp("scopes") / "scopes.json"
    path.write_text(json.dumps(scopes(site.address), indent=2))
    return path


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, upstream: Broker, scope_file: Path) -> Broker:
    broker = make_broker(options=["--scopes", str(scope_file)])
    sister.connect(
        broker,
        upstream,
        "sister",
        "Sister City",
        scope="openid profile email groups more",
        claims={
            "department": "$['custom:unit']",
            "district": "$.teams[0].district",
            "city": {"value": "Bratislava"},
            "locale": {"from": "$.language", "default": "sk"},
            "nickname": "$.preferred_username",
            "identity_verified": {"from": "$.tier", "map": {"IDENTITY_CARD": True}},
            "roles": {"from": "$.groups", "map": {"admins": "administrator", "clerks": ["editor", "reader"]}},
        },
    )
    broker.start()
    return broker


@pytest.fixture(scope="module")
def town_hall(broker: Broker) -> Service:
    return broker.add_service(
        "town-hall",
        public=True,
        first_party=False,
        name="Town Hall",
        redirect_uri=BACK,
        scope="openid profile groups roles work resident identity:verified offline_access",
    )


def upstream_person(upstream: Broker, username: str) -> Account:
    """Somebody at the provider, with a group of no interest here and one of some."""
    account = upstream.add_account(username, "Ema Malá", "--claim", 'groups=["clerks","chess"]')
    for claim, value in {"custom:unit": "Parks", "teams": '[{"district": "Old Town"}]', "tier": "EMAIL"}.items():
        upstream.cli_json("account", "set-claim", username, claim, value)
    return account


def at_sister(person: Person, request: Authorization, account: Account) -> httpx.Response:
    """From the client's link through the provider's login to whatever Drawbridge shows next."""
    page = login_page(person, request)
    there = person.open(request.broker.url(page_of(page).link("/login/sister")))
    return log_in_locally(person, there, account, request.service.redirect_uri)


def on_verification_page(page: httpx.Response) -> bool:
    return page.status_code == 200 and page.url.path == "/verification"


def test_what_a_provider_says_is_mapped_and_released_by_scope(
    broker: Broker, upstream: Broker, town_hall: Service, person: Person
) -> None:
    account = upstream_person(upstream, "ema")
    request = authorization(broker, town_hall, scope="openid profile groups roles work")
    consent = at_sister(person, request, account)
    tokens = request.tokens_for(request.code_from(decide(person, consent, "allow", BACK)))
    expected = {
        "department": "Parks",
        "city": "Bratislava",
        "locale": "sk",
        "nickname": "ema",
        "groups": ["clerks", "chess"],
        "roles": ["editor", "reader"],
        "name": "Ema Malá",
    }
    told = userinfo(broker, tokens["access_token"]).json()
    in_token = unverified_claims(tokens["id_token"])
    for claim, value in expected.items():
        assert told[claim] == value
        assert in_token[claim] == value
    for claim in ("tier", "custom:unit", "teams", "district", "identity_verified", "email"):
        assert claim not in told
        assert claim not in in_token


@pytest.mark.parametrize(
    ("scope", "released"), [("openid", set()), ("openid roles", {"roles"}), ("openid work", {"department", "city"})]
)
def test_a_scope_releases_no_more_than_it_names(
    scope: str, released: set[str], broker: Broker, upstream: Broker, town_hall: Service, person: Person
) -> None:
    account = upstream_person(upstream, "narrow-" + scope.split()[-1])
    request = authorization(broker, town_hall, scope=scope)
    consent = at_sister(person, request, account)
    tokens = request.tokens_for(request.code_from(decide(person, consent, "allow", BACK)))
    assert set(userinfo(broker, tokens["access_token"]).json()) == released | {"sub"}


def test_a_person_is_verified_at_the_operators_page_and_goes_on(
    broker: Broker, upstream: Broker, town_hall: Service, site: VerificationSite, person: Person
) -> None:
    account = upstream_person(upstream, "filip")
    request = authorization(broker, town_hall, scope=VERIFIED)
    page = at_sister(person, request, account)
    assert on_verification_page(page)
    assert "See that your identity is verified" in page_of(page).text
    link = page_of(page).link(site.address)
    back = parse_qs(urlsplit(link).query)["return_to"][0]
    assert back.startswith(broker.url("/verification/return?payload="))

    again = person.open(back, BACK)
    assert on_verification_page(again), "the provider does not say so yet"
    assert "still missing" in page_of(again).text

    site.verify = lambda: upstream.cli_json("account", "set-claim", "filip", "tier", "IDENTITY_CARD")
    verified = person.post(page_of(again).link(site.address))
    consent = person.follow(verified, BACK)
    assert consent.url.path == "/consent"
    tokens = request.tokens_for(request.code_from(decide(person, consent, "allow", BACK)))
    assert unverified_claims(tokens["id_token"])["identity_verified"] is True
    assert tokens["scope"] == VERIFIED
    used = person.open(back)
    assert used.status_code == 400, "the way back leads on once"


def test_a_local_account_is_verified_by_the_operator(broker: Broker, town_hall: Service, person: Person) -> None:
    account = broker.add_account("gita")
    request = authorization(broker, town_hall, scope=VERIFIED)
    page = log_in_locally(person, login_page(person, request), account, BACK)
    assert on_verification_page(page)
    said = broker.cli_json("account", "set-claim", "gita", "identity_verified", "true")
    assert said["claims"] == {"identity_verified": True}
    consent = person.open(broker.url(page_of(page).link("/verification/return")), BACK)
    tokens = request.tokens_for(request.code_from(decide(person, consent, "allow", BACK)))
    assert unverified_claims(tokens["id_token"])["identity_verified"] is True

    broker.cli_json("account", "set-claim", "gita", "identity_verified", "--remove")
    assert "identity_verified" not in userinfo(broker, tokens["access_token"]).json()


def test_a_claim_that_is_lost_takes_its_scope_along_and_nothing_else(
    broker: Broker, town_hall: Service, person: Person
) -> None:
    account = broker.add_account("hana", "Hana Nová", "--claim", "identity_verified=true")
    request = authorization(broker, town_hall, scope=VERIFIED + " offline_access")
    tokens = request.tokens_for(code_by_local_login(person, request, account))
    broker.cli_json("account", "set-claim", "hana", "identity_verified", "false")
    later = refresh(broker, town_hall, tokens["refresh_token"]).json()
    assert later["scope"] == "openid offline_access"
    assert "identity_verified" not in unverified_claims(later["id_token"])
    broker.cli_json("account", "set-claim", "hana", "identity_verified", "true")
    last = refresh(broker, town_hall, later["refresh_token"]).json()
    assert unverified_claims(last["id_token"])["identity_verified"] is True


def test_cancel_goes_back_to_the_client(broker: Broker, town_hall: Service, person: Person) -> None:
    account = broker.add_account("ivan")
    request = authorization(broker, town_hall, scope=VERIFIED)
    page = log_in_locally(person, login_page(person, request), account, BACK)
    form = page_of(page).form(action="/verification")
    assert {value for _, value, _ in form.buttons} == {"cancel"}
    answer = person.submit(page, form, {"decision": "cancel"}, BACK)
    assert request.error_from(answer) == "access_denied"


def test_what_is_optional_can_be_gone_without(broker: Broker, town_hall: Service, person: Person) -> None:
    account = broker.add_account("juraj")
    request = authorization(broker, town_hall, scope="openid resident roles")
    page = log_in_locally(person, login_page(person, request), account, BACK)
    form = page_of(page).form(action="/verification")
    consent = person.submit(page, form, {"decision": "without"}, BACK)
    assert consent.url.path == "/consent"
    tokens = request.tokens_for(request.code_from(decide(person, consent, "allow", BACK)))
    assert tokens["scope"] == "openid roles"


def test_the_page_and_the_way_back_are_for_one_browser(broker: Broker, town_hall: Service, person: Person) -> None:
    account = broker.add_account("klara", "Klára", "--claim", "identity_verified=false")
    request = authorization(broker, town_hall, scope=VERIFIED)
    page = log_in_locally(person, login_page(person, request), account, BACK)
    back = broker.url(page_of(page).link("/verification/return"))
    broker.cli_json("account", "set-claim", "klara", "identity_verified", "true")
    with Person() as stranger:
        stranger.open(authorization(broker, town_hall).url)
        for address in (str(page.url), back):
            answer = stranger.open(address, BACK)
            assert answer.status_code == 400
            assert "Klára" not in answer.text
    assert person.open(back, BACK).url.path == "/consent"


def test_an_unverified_person_gets_no_code_by_the_consent_page(
    broker: Broker, town_hall: Service, person: Person
) -> None:
    account = broker.add_account("lukas")
    request = authorization(broker, town_hall, scope=VERIFIED)
    page = log_in_locally(person, login_page(person, request), account, BACK)
    payload = parse_qs(urlsplit(str(page.url)).query)["payload"][0]
    consent = person.open(broker.url("/consent") + "?payload=" + payload)
    answer = decide(person, consent, "allow", BACK)
    assert on_verification_page(answer)


def test_discovery_names_the_scopes_and_their_claims(broker: Broker) -> None:
    document = httpx.get(broker.url("/.well-known/openid-configuration")).json()
    assert {"openid", "roles", "identity:verified", "resident", "work"} <= set(document["scopes_supported"])
    assert {"sub", "roles", "identity_verified", "district", "city"} <= set(document["claims_supported"])


def test_scopes_are_read_again_at_sighup_and_a_broken_file_changes_nothing(
    make_broker: BrokerMaker, tmp_path: Path
) -> None:
    path = tmp_path / "scopes.json"
    path.write_text(json.dumps({"scopes": {"first": {}}}))
    broker = make_broker("reloading", options=["--scopes", str(path)])
    broker.start()

    def supported() -> list[str]:
        return httpx.get(broker.url("/.well-known/openid-configuration")).json()["scopes_supported"]

    def hang_up() -> None:
        assert broker.process is not None
        broker.process.send_signal(signal.SIGHUP)

    assert "first" in supported()
    path.write_text('{"scopes":\n {"second": {"claims": ["sub"]}}}')
    hang_up()
    wait_until(lambda: "file of scopes is broken" in broker.log_text(), "the broken file reported")
    assert "line 2, $.scopes.second.claims[0]" in broker.log_text()
    assert "first" in supported()
    path.write_text(json.dumps({"scopes": {"second": {}}}))
    hang_up()
    wait_until(lambda: "second" in supported(), "the scopes read again")
    assert "first" not in supported()


def test_the_schema_and_the_program_agree_on_scopes(tmp_path: Path) -> None:
    schema = json.loads((REPOSITORY / "docs" / "scopes.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    need = {"claim": "x", "equals": 1}
    good = [
        {"scopes": {}},
        {"$schema": "./scopes.schema.json", "scopes": {"a": {}}},
        scopes("https://city.example/verify?a=b"),
        {"scopes": {"a": {"requires": need | {"verification_url": "http://localhost:1/verify"}}}},
    ]
    bad = [
        {},
        [],
        {"scope": {}},
        {"scopes": {"a b": {}}},
        {"scopes": {"": {}}},
        {"scopes": {"a": 1}},
        {"scopes": {"a": {"claim": []}}},
        {"scopes": {"a": {"claims": ["sub"]}}},
        {"scopes": {"a": {"claims": ["x", "x"]}}},
        {"scopes": {"a": {"requires": {"claim": "x"}}}},
        {"scopes": {"a": {"requires": {"equals": 1}}}},
        {"scopes": {"a": {"requires": need | {"one_of": [1]}}}},
        {"scopes": {"a": {"requires": {"claim": "x", "one_of": []}}}},
        {"scopes": {"a": {"requires": {"claim": "x", "equals": None}}}},
        {"scopes": {"a": {"requires": need | {"optional": "yes"}}}},
        {"scopes": {"a": {"requires": need | {"verification_url": "http://city.example/"}}}},
        {"scopes": {"a": {"requires": need | {"verification_url": "javascript:alert(1)"}}}},
        {"scopes": {"a": {"requires": need | {"verification_url": "https://city.example/#x"}}}},
        {"scopes": {"a": {"words": {"sk": {"title": "a", "explanation": "b"}}}}},
        {"scopes": {"a": {"words": {"en": {"title": "a"}}}}},
    ]
    path = tmp_path / "scopes.json"
    for content, sound in [(content, True) for content in good] + [(content, False) for content in bad]:
        path.write_text(json.dumps(content))
        answer = run("scope", "list", "--scopes", str(path))
        assert (answer.returncode == 0) == sound, (content, answer.stderr)
        assert (not list(Draft202012Validator(schema).iter_errors(content))) == sound, content
        if not sound:
            assert "scopes.json, line 1" in answer.stderr


def test_a_file_of_scopes_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.json")
    answer = run("serve", "--data", str(tmp_path / "data"), "--scopes", gone)
    assert answer.returncode == 1
    assert f"{gone}: cannot be read" in answer.stderr


def test_checks_name_what_no_scope_releases(broker: Broker, scope_file: Path) -> None:
    broker.add_service("curious", scope="openid bicycles")
    findings = broker.cli_json("client", "check", "curious", "--providers", str(broker.providers))
    assert any("bicycles" in finding["text"] for finding in findings)
    answer = run("provider", "check", "sister", "--providers", str(broker.providers), "--json")
    unreleased = [finding["text"] for finding in json.loads(answer.stdout) if "no scope releases it" in finding["text"]]
    assert {text.split()[2] for text in unreleased} == {"city", "department", "district", "identity_verified"}
    answer = run("provider", "check", "sister", "--providers", str(broker.providers), "--scopes", str(scope_file))
    assert "no scope releases it" not in answer.stdout


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def to_verification(watch: Watch, request: Authorization, account: Account) -> None:
    watch.page.goto(request.url)
    watch.page.fill("input[name=username]", account.username)
    watch.page.fill("input[name=password]", account.password)
    watch.page.locator("form[action*='/login/local'] button[type=submit]").click()
    expect(watch.page.locator("a[href^='/verification/return']")).to_be_visible()


def press_done(watch: Watch) -> None:
    watch.page.locator("a[href^='/verification/return']").click()
    expect(watch.page.locator("[role=alert]")).to_be_visible()


STATES: dict[str, tuple[str, Callable[[Watch], object]]] = {
    "first": (VERIFIED, lambda _: None),
    "again": (VERIFIED, press_done),
    "optional": ("openid resident", lambda _: None),
}


@pytest.mark.parametrize("language", ["en", "sk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_page_is_accessible(
    state: str,
    scheme: str,
    language: str,
    browser: Browser,
    broker: Broker,
    town_hall: Service,
    artifacts: Path,
) -> None:
    account = broker.add_account(f"page-{state}-{scheme}-{language}")
    scope, act = STATES[state]
    for name, size in (("desk", {"width": 1280, "height": 800}), ("phone", {"width": 360, "height": 740})):
        with somebody(browser, color_scheme=scheme, locale=language, viewport=size) as watch:
            to_verification(watch, authorization(broker, town_hall, scope=scope), account)
            act(watch)
            assert watch.page.locator("html").get_attribute("lang") == language
            picture = f"verification-{state}-{language}-{scheme}-{name}.png"
            watch.page.screenshot(path=artifacts / picture, full_page=True)
            watch.assert_accessible()
            wider = watch.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
            assert not wider, "nothing to scroll sideways"
            watch.assert_clean()


def test_a_real_browser_goes_there_and_back_without_scripts(
    browser: Browser, broker: Broker, town_hall: Service, site: VerificationSite
) -> None:
    account = broker.add_account("monika")
    site.verify = lambda: broker.cli_json("account", "set-claim", "monika", "identity_verified", "true")
    with somebody(browser, java_script_enabled=False) as watch:
        to_verification(watch, authorization(broker, town_hall, scope=VERIFIED), account)
        watch.page.locator(f"a[href^='{site.address}']").click()
        expect(watch.page.locator("h1")).to_have_text("Show your identity card")
        assert site.referrers == [None], "the payload does not travel in a Referer"
        watch.page.locator("button").click()
        allow = watch.page.locator("button[name=decision][value=allow]")
        expect(allow).to_be_visible()
        with watch.page.expect_request(BACK + "?*code=*"):
            allow.click(no_wait_after=True)
