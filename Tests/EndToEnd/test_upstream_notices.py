"""A provider's own back-channel logout ends here what began there, and is passed on to the clients."""

from __future__ import annotations

import secrets

import httpx
import pytest

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.login import log_in_locally
from support.logout_site import LogoutSite, verified_logout_token
from support.oauth import authorization, refresh, unverified_claims
from support.person import Person, page_of
from support.ports import wait_until


@pytest.fixture(scope="module")
def upstream(make_broker: BrokerMaker) -> Broker:
    """On 127.0.0.1 because cookies of one host are shared by all its ports."""
    made = make_broker("upstream", host="127.0.0.1")
    made.start()
    return made


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, upstream: Broker) -> Broker:
    made = make_broker()
    sister.connect(
        made,
        upstream,
        "sister",
        "Sister City",
        registration=("--backchannel-logout-uri", made.url("/login/sister/logout")),
    )
    made.start()
    return made


@pytest.fixture(scope="module")
def site_and_library(broker: Broker) -> tuple[LogoutSite, Service]:
    site = LogoutSite()
    return site, broker.add_service("library", "--backchannel-logout-uri", site.uri)


def log_in(broker: Broker, library: Service, account: Account, person: Person) -> dict[str, str]:
    """Tokens of a login at the sister."""
    request = authorization(broker, library, provider="sister")
    answer = log_in_locally(person, person.open(request.url), account, library.redirect_uri)
    return request.tokens_for(request.code_from(answer))


def log_out_upstream(upstream: Broker, person: Person) -> None:
    """Log out at the provider's own pages, as if nobody here knew of it."""
    page = page_of(person.get(upstream.url("/oauth2/logout")))
    answer = next(link for link in page.links if "csrf=" in link)
    assert person.get(upstream.url(answer)).status_code == 200


def is_over(broker: Broker, library: Service, tokens: dict[str, str]) -> bool:
    answer = refresh(broker, library, tokens["refresh_token"])
    return answer.status_code == 400 and answer.json()["error"] == "invalid_grant"


def test_a_logout_at_the_provider_reaches_the_clients(
    broker: Broker, upstream: Broker, site_and_library: tuple[LogoutSite, Service], person: Person
) -> None:
    site, library = site_and_library
    petra = upstream.add_account("petra")
    with site.open(), Person() as elsewhere:
        tokens = log_in(broker, library, petra, person)
        others = log_in(broker, library, petra, elsewhere)
        log_out_upstream(upstream, person)
        claims = verified_logout_token(broker, site.wait_for(1)[0].token, "library")
        known = unverified_claims(tokens["id_token"])
        assert (claims["sub"], claims["sid"]) == (known["sub"], known["sid"])
        assert is_over(broker, library, tokens)
        silent = authorization(broker, library, prompt="none")
        assert silent.error_from(person.open(silent.url, library.redirect_uri)) == "login_required"
        assert refresh(broker, library, others["refresh_token"]).status_code == 200, "another session there"


def test_signing_out_everywhere_at_the_provider_ends_every_session(
    broker: Broker, upstream: Broker, site_and_library: tuple[LogoutSite, Service], person: Person
) -> None:
    _, library = site_and_library
    pavol = upstream.add_account("pavol")
    with Person() as elsewhere:
        both = [log_in(broker, library, pavol, somebody) for somebody in (person, elsewhere)]
        upstream.cli_json("account", "sign-out", pavol.username)
        for tokens in both:
            wait_until(lambda tokens=tokens: is_over(broker, library, tokens), "the end of both sessions")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"logout_token": ""},
        {"logout_token": "a.b.c"},
        {"logout_token": "eyJhbGciOiJub25lIn0.e30."},
        {"token": "a.b.c"},
        {"logout_token": secrets.token_urlsafe(30_000)},
    ],
)
def test_what_is_no_logout_token_is_refused(broker: Broker, form: dict[str, str]) -> None:
    answer = httpx.post(broker.url("/login/sister/logout"), data=form)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert answer.headers["cache-control"] == "no-store"


def test_an_id_token_of_the_provider_is_no_logout_token(
    broker: Broker, upstream: Broker, site_and_library: tuple[LogoutSite, Service], person: Person
) -> None:
    _, library = site_and_library
    rita = upstream.add_account("rita")
    tokens = log_in(broker, library, rita, person)
    for token in (tokens["id_token"], tokens["access_token"]):
        answer = httpx.post(broker.url("/login/sister/logout"), data={"logout_token": token})
        assert answer.status_code == 400
    for provider in ("local", "nobody", "a%20b"):
        answer = httpx.post(broker.url(f"/login/{provider}/logout"), data={"logout_token": tokens["id_token"]})
        assert answer.status_code == 400
    assert httpx.get(broker.url("/login/sister/logout")).status_code == 405
    assert not is_over(broker, library, tokens)


def test_the_commands_say_where_the_provider_may_tell(broker: Broker) -> None:
    listed = broker.cli_json("provider", "list", "--providers", str(broker.providers))
    assert isinstance(listed, list)
    paths = {entry["id"]: entry.get("backchannel_logout_path") for entry in listed}
    assert paths["sister"] == "/login/sister/logout"
    assert paths["local"] is None
    checked = broker.cli_json("provider", "check", "sister", "--providers", str(broker.providers))
    assert "/login/{id}/logout" in str(checked)
