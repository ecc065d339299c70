"""Clients hear of a logout (OIDC Back-Channel Logout 1.0), whatever happens on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.logout_site import LogoutSite, mute_site, verified_logout_token
from support.oauth import authorization, refresh, unverified_claims
from support.person import Person, location_of, page_of
from support.ports import wait_until

BYE = "https://library.city.example/bye"


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    made = make_broker()
    made.start()
    return made


@pytest.fixture
def site() -> Iterator[LogoutSite]:
    with LogoutSite().open() as site:
        yield site


@pytest.fixture
def jana(broker: Broker, request: pytest.FixtureRequest) -> Account:
    return broker.add_account(f"jana-{abs(hash(request.node.name)) % 10**8}")


def add_service(broker: Broker, name: str, uri: str | None, *extra: str, scope: str = "openid email") -> Service:
    """A client that wants to hear of logouts at ``uri``."""
    told = [] if uri is None else ["--backchannel-logout-uri", uri]
    return broker.add_service(name, "--post-logout-redirect-uri", BYE, *told, *extra, scope=scope)


def log_in(broker: Broker, service: Service, account: Account, person: Person) -> dict[str, str]:
    """The tokens of a login, without a page where the session answers."""
    request = authorization(broker, service)
    answer = person.open(request.url, service.redirect_uri)
    if answer.is_redirect:
        return request.tokens_for(request.code_from(answer))
    return request.tokens_for(code_by_local_login(person, request, account))


def log_out(broker: Broker, person: Person, tokens: dict[str, str]) -> None:
    """Log out as a client does, with evidence."""
    wish = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": BYE}
    assert location_of(person.get(broker.url("/oauth2/logout"), params=wish)) == BYE


def events(broker: Broker, kind: str) -> list[dict[str, object]]:
    """The trail's events of that kind."""
    answer = broker.cli_json("audit", "list", "--kind", kind, "--limit", "1000")
    assert isinstance(answer, list)
    return answer


def test_every_client_of_the_session_is_told_in_its_own_algorithm(
    broker: Broker, site: LogoutSite, jana: Account, person: Person
) -> None:
    library = add_service(broker, "library", site.uri, "--backchannel-logout-session-required")
    pool = add_service(broker, "pool", site.uri, "--id-token-signed-response-alg", "ES256")
    museum = add_service(broker, "museum", None)
    tokens = {service.client_id: log_in(broker, service, jana, person) for service in (library, pool, museum)}
    with Person() as elsewhere:
        log_in(broker, library, jana, elsewhere)
    log_out(broker, person, tokens["museum"])
    messages = site.wait_for(2)
    assert {(message.method, message.path) for message in messages} == {("POST", "/logged-out?from=broker")}
    assert {message.content_type for message in messages} == {"application/x-www-form-urlencoded"}
    claims = {}
    for message in messages:
        audience = str(unverified_claims(message.token)["aud"])
        algorithm = "ES256" if audience == "pool" else "RS256"
        claims[audience] = verified_logout_token(broker, message.token, audience, algorithm)
    assert set(claims) == {"library", "pool"}
    for client_id, told in claims.items():
        known = unverified_claims(tokens[client_id]["id_token"])
        assert (told["sub"], told["sid"]) == (known["sub"], known["sid"])
    wait_until(lambda: len(events(broker, "logout.delivered")) == 2, "the trail of both deliveries")
    time.sleep(1)
    assert len(site.messages) == 2, "once is enough, and the other browser's session goes on"


def test_grants_of_the_session_end_but_for_those_that_may_outlive_it(
    broker: Broker, jana: Account, person: Person
) -> None:
    here = add_service(broker, "here", None, scope="openid email")
    offline = add_service(broker, "offline", None, scope="openid email offline_access")
    brief, lasting = (log_in(broker, service, jana, person) for service in (here, offline))
    log_out(broker, person, brief)
    refused = refresh(broker, here, brief["refresh_token"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert refresh(broker, offline, lasting["refresh_token"]).status_code == 200


def test_a_notice_survives_a_power_cut(make_broker: BrokerMaker, person: Person) -> None:
    fragile = make_broker("fragile")
    fragile.start()
    account = fragile.add_account("jana")
    with LogoutSite(status=503).open() as site:
        library = add_service(fragile, "library", site.uri)
        log_out(fragile, person, log_in(fragile, library, account, person))
        site.wait_for(1)
        fragile.kill()
        site.status = 200
        fragile.start()
        # The notice was on its way when the power went: it is due again when its lease is over.
        token = site.wait_for(2, seconds=60)[1].token
        assert token != site.messages[0].token
        verified_logout_token(fragile, token, "library")
        wait_until(lambda: events(fragile, "logout.delivered") != [], "the trail of the delivery")


def test_a_dead_client_holds_up_no_other(broker: Broker, site: LogoutSite, jana: Account) -> None:
    with mute_site() as (dead_uri, visitors):
        dead = [add_service(broker, f"dead-{number}", dead_uri) for number in range(6)]
        alive = add_service(broker, "alive", site.uri)
        for _ in range(3):
            with Person() as person:
                tokens = [log_in(broker, service, jana, person) for service in (*dead, alive)][-1]
                started = time.monotonic()
                count = len(site.messages) + 1
                log_out(broker, person, tokens)
                assert time.monotonic() - started < 5, "nobody waits for a client"
                assert site.wait_for(count)[-1].at - started < 5
        assert 0 < len(visitors) <= 8


@pytest.mark.parametrize("trouble", ["redirect", "endless"])
def test_a_strange_answer_is_no_delivery(
    broker: Broker, site: LogoutSite, jana: Account, person: Person, trouble: str
) -> None:
    with LogoutSite().open() as strange:
        if trouble == "redirect":
            strange.status, strange.headers = 307, {"Location": site.uri}
        else:
            strange.body = b"a" * 10_000_000
        service = add_service(broker, f"strange-{trouble}", strange.uri)
        log_out(broker, person, log_in(broker, service, jana, person))
        strange.wait_for(1)
        wait_until(lambda: '"strange-' + trouble in told_by(broker), "the failure in the log")
        assert site.messages == [], "nothing was followed"
        assert not any(event.get("client_id") == service.client_id for event in events(broker, "logout.delivered"))


def told_by(broker: Broker) -> str:
    """The log's lines about deliveries that failed, client names in quotes."""
    lines = [line for line in broker.log_text().splitlines() if "did not take notice of a logout" in line]
    return "\n".join(lines).replace("oauth.client_id=", '"')


def test_disabling_an_account_on_the_command_line_is_told_of(
    broker: Broker, site: LogoutSite, jana: Account, person: Person
) -> None:
    service = add_service(broker, "commanded", site.uri)
    tokens = log_in(broker, service, jana, person)
    broker.cli_json("account", "disable", jana.username)
    claims = verified_logout_token(broker, site.wait_for(1)[0].token, "commanded")
    assert claims["sub"] == unverified_claims(tokens["id_token"])["sub"]
    assert "sid" not in claims, "all the person's sessions have ended"


def test_signing_out_everywhere_on_the_account_page(
    broker: Broker, site: LogoutSite, jana: Account, person: Person
) -> None:
    service = add_service(broker, "everywhere", site.uri, scope="openid offline_access")
    here = log_in(broker, service, jana, person)
    with Person() as elsewhere:
        there = log_in(broker, service, jana, elsewhere)
        page = person.open(broker.url("/account"))
        form = page_of(page).form(action="/account/sign-out")
        forged = person.post(broker.url("/account/sign-out"), data={"token": "forged"})
        assert forged.status_code >= 400
        foreign = elsewhere.post(broker.url("/account/sign-out"), data=form.fields)
        assert foreign.status_code >= 400, "one browser's form is worth nothing in another"
        assert refresh(broker, service, there["refresh_token"]).status_code == 200
        answer = person.submit(page, form, {})
        assert answer.status_code == 200
        assert person.cookie("drawbridge-session") is None
        for tokens in (here, there):
            assert refresh(broker, service, tokens["refresh_token"]).json()["error"] == "invalid_grant"
        for browser in (person, elsewhere):
            silent = authorization(broker, service, prompt="none")
            back = browser.open(silent.url, service.redirect_uri)
            assert silent.error_from(back) == "login_required"
    claims = verified_logout_token(broker, site.wait_for(1)[0].token, "everywhere")
    assert claims["sub"] == unverified_claims(here["id_token"])["sub"]
    assert "sid" not in claims
    (event,) = events(broker, "account.signed_out")
    assert event["account"] == claims["sub"]
    assert event["address"] == "127.0.0.1"


def test_signing_somebody_out_on_the_command_line(
    broker: Broker, site: LogoutSite, jana: Account, person: Person
) -> None:
    service = add_service(broker, "distant", site.uri, "--backchannel-logout-session-required")
    tokens = log_in(broker, service, jana, person)
    broker.cli_json("account", "sign-out", jana.username)
    claims = verified_logout_token(broker, site.wait_for(1)[0].token, "distant")
    assert claims["sid"] == unverified_claims(tokens["id_token"])["sid"]
    assert refresh(broker, service, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    nobody = broker.cli("account", "sign-out", "nobody")
    assert nobody.returncode != 0
    assert "no local account" in nobody.stderr


def test_the_registration_shows_where_a_client_is_told(broker: Broker) -> None:
    service = add_service(broker, "shown", "https://shown.city.example/out", "--backchannel-logout-session-required")
    shown = broker.cli_json("client", "show", service.client_id)
    assert isinstance(shown, dict)
    assert shown["backchannel_logout_uri"] == "https://shown.city.example/out"
    assert shown["backchannel_logout_session_required"] is True
    for uri in ("http://shown.city.example/out", "https://shown.city.example/out#x", "com.example.app:/out"):
        bad = broker.cli(
            *("client", "create", "--id", "bad", "--name", "Bad", "--redirect-uri", "https://bad.example/cb"),
            *("--backchannel-logout-uri", uri),
        )
        assert bad.returncode != 0
        assert "backchannel_logout_uri" in bad.stderr
    metadata = json.loads(person_free_get(broker, "/.well-known/openid-configuration"))
    assert metadata["backchannel_logout_supported"] is True
    assert metadata["backchannel_logout_session_supported"] is True


def person_free_get(broker: Broker, path: str) -> str:
    """What anybody is answered."""
    with Person() as anybody:
        return anybody.get(broker.url(path)).text
