"""The broker-led way: chooser, local accounts, a second Drawbridge and a foreign OpenID provider upstream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from conftest import BrokerMaker
from support import canaille, sister
from support.broker import Account, Broker, Service
from support.login import code_by_local_login, decide, log_in_locally, login_page
from support.oauth import authorization, unverified_claims, userinfo
from support.person import Person, location_of, page_of, query_of
from support.refusal import assert_page


@pytest.fixture(scope="module")
def second_broker(make_broker: BrokerMaker) -> Broker:
    """The upstream; on 127.0.0.1 because cookies of one host are shared by all its ports."""
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    return upstream


@pytest.fixture(scope="module")
def foreign(make_broker: BrokerMaker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[canaille.Canaille]:
    provider = canaille.Canaille(make_broker(), tmp_path_factory.mktemp("canaille") / "log")
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(scope="module")
def broker(second_broker: Broker, foreign: canaille.Canaille) -> Broker:
    sister.connect(foreign.broker, second_broker, "sister", "Sister City")
    foreign.broker.start()
    return foreign.broker


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


@pytest.fixture(scope="module")
def library(broker: Broker) -> Service:
    """A service of the house."""
    return broker.add_service("library")


@pytest.fixture(scope="module")
def theatre(broker: Broker) -> Service:
    """Somebody else's service."""
    return broker.add_service("theatre", public=True, first_party=False)


def test_the_chooser_offers_every_provider_and_the_account_form(
    broker: Broker, library: Service, person: Person
) -> None:
    page = page_of(login_page(person, authorization(broker, library)))
    assert "Sister City" in page.text
    assert "Canaille" in page.text
    assert library.name in page.text
    assert {"payload", "username", "password"} <= set(page.form(action="/login/local").fields)


def test_a_local_account_logs_in(broker: Broker, library: Service, jana: Account, person: Person) -> None:
    request = authorization(broker, library)
    tokens = request.tokens_for(code_by_local_login(person, request, jana))
    claims = userinfo(broker, tokens["access_token"]).json()
    assert claims["email"] == jana.email
    assert claims["name"] == jana.name
    identity = unverified_claims(tokens["id_token"])
    assert identity["sub"] == claims["sub"]
    assert identity["idp"] == "local"
    assert "pwd" in identity["amr"]


@pytest.fixture(scope="module")
def folded(broker: Broker) -> Account:
    return broker.add_account("jana-folded")


@pytest.mark.parametrize("spelling", ["JANA-FOLDED", "ｊａｎａ-folded", "Jana-Folded"])
def test_a_user_name_is_the_same_in_every_spelling(
    spelling: str, broker: Broker, library: Service, folded: Account, person: Person
) -> None:
    request = authorization(broker, library)
    assert code_by_local_login(person, request, replace(folded, username=spelling))


def test_unknown_name_wrong_password_and_disabled_account_look_alike(
    broker: Broker, library: Service, jana: Account
) -> None:
    gone = broker.add_account("gone", "Disabled Account")
    broker.cli_json("account", "disable", gone.username)
    tries = {
        "unknown": Account("nobody-by-this-name", "whatever-password", "", ""),
        "wrong": Account(jana.username, "not-the-password-of-jana", "", ""),
        "disabled": gone,
    }
    seen = {}
    for kind, account in tries.items():
        with Person() as somebody:
            answer = log_in_locally(somebody, login_page(somebody, authorization(broker, library)), account)
            text = page_of(answer).text.replace(account.username, "…")
            seen[kind] = (answer.status_code, text.replace(answer.headers["ray-id"], "…"))
            assert somebody.cookie("drawbridge-session") is None
    assert len(set(seen.values())) == 1, seen


def test_guessing_is_slowed_down_for_the_account_and_for_nobody_else(broker: Broker, library: Service) -> None:
    guessed, other = broker.add_account("guessed"), broker.add_account("not-guessed")
    for number in range(8):
        with Person() as guesser:
            wrong = Account(guessed.username.upper() if number % 2 else guessed.username, f"guess-{number}", "", "")
            answer = log_in_locally(guesser, login_page(guesser, authorization(broker, library)), wrong)
            assert not answer.is_redirect
    with Person() as somebody:
        answer = log_in_locally(somebody, login_page(somebody, authorization(broker, library)), guessed)
        assert answer.status_code == 429, "not even the right password, for a while"
        assert int(answer.headers["retry-after"]) > 0
        assert somebody.cookie("drawbridge-session") is None
    with Person() as somebody:
        assert code_by_local_login(somebody, authorization(broker, library), other)


def test_the_second_service_needs_no_second_login(
    broker: Broker, library: Service, jana: Account, person: Person
) -> None:
    museum = broker.add_service("museum")
    first = authorization(broker, library)
    subject = unverified_claims(first.tokens_for(code_by_local_login(person, first, jana))["id_token"])["sub"]
    second = authorization(broker, museum)
    answer = person.open(second.url, museum.redirect_uri)
    tokens = second.tokens_for(second.code_from(answer))
    assert unverified_claims(tokens["id_token"])["sub"] == subject


def test_prompt_login_asks_again_and_prompt_none_never_asks(
    broker: Broker, library: Service, jana: Account, person: Person
) -> None:
    silent = authorization(broker, library, prompt="none")
    assert silent.error_from(person.open(silent.url, library.redirect_uri)) == "login_required"
    code_by_local_login(person, authorization(broker, library), jana)
    silent = authorization(broker, library, prompt="none")
    assert silent.code_from(person.open(silent.url, library.redirect_uri))
    forced = authorization(broker, library, prompt="login")
    assert person.open(forced.url, library.redirect_uri).url.path == "/login"


def test_the_session_id_changes_at_every_login(broker: Broker, library: Service, jana: Account, person: Person) -> None:
    code_by_local_login(person, authorization(broker, library), jana)
    first = person.cookie("drawbridge-session")
    code_by_local_login(person, authorization(broker, library, prompt="login"), jana)
    second = person.cookie("drawbridge-session")
    assert first
    assert second
    assert first != second


def test_a_session_id_replaced_at_login_is_worth_nothing(
    broker: Broker, library: Service, jana: Account, person: Person
) -> None:
    code_by_local_login(person, authorization(broker, library), jana)
    old = person.cookie("drawbridge-session")
    assert old
    code_by_local_login(person, authorization(broker, library, prompt="login"), jana)
    with Person() as thief:
        thief.http.cookies.set("drawbridge-session", old, domain="localhost.local")
        request = authorization(broker, library, prompt="none")
        assert request.error_from(thief.open(request.url, library.redirect_uri)) == "login_required"


def test_the_session_cookie_is_hidden_from_scripts_and_other_sites(
    broker: Broker, library: Service, jana: Account, person: Person
) -> None:
    page = login_page(person, authorization(broker, library))
    form = page_of(page).form(action="/login/local")
    answer = person.post(
        broker.url("/login/local"),
        data=form.fields | {"username": jana.username, "password": jana.password},
        headers={"Origin": broker.issuer},
    )
    assert answer.status_code == 303
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("drawbridge-session="))
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(attribute.startswith("max-age") for attribute in attributes), "not remembered unless asked"


def test_remember_me_outlives_the_browser(broker: Broker, library: Service, jana: Account, person: Person) -> None:
    page = login_page(person, authorization(broker, library))
    form = page_of(page).form(action="/login/local")
    answer = person.post(
        broker.url("/login/local"),
        data=form.fields | {"username": jana.username, "password": jana.password, "remember": form.choices["remember"]},
        headers={"Origin": broker.issuer},
    )
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("drawbridge-session="))
    assert "max-age=" in cookie.lower()


def test_somebody_elses_service_shows_what_it_wants_and_allow_lets_it(
    broker: Broker, theatre: Service, person: Person
) -> None:
    eva = broker.add_account("eva", "Eva Nová")
    request = authorization(broker, theatre)
    asked = log_in_locally(person, login_page(person, request), eva, theatre.redirect_uri)
    assert asked.status_code == 200
    assert asked.url.path == "/consent"
    text = page_of(asked).text
    assert theatre.name in text
    assert "mail" in text.lower()
    assert "frame-ancestors 'none'" in asked.headers["content-security-policy"]
    code = request.code_from(decide(person, asked, "allow", theatre.redirect_uri))
    assert userinfo(broker, request.tokens_for(code)["access_token"]).json()["email"] == eva.email


def test_deny_tells_the_client_and_nothing_is_remembered(broker: Broker, theatre: Service, person: Person) -> None:
    adam = broker.add_account("adam", "Adam Nový")
    request = authorization(broker, theatre)
    asked = log_in_locally(person, login_page(person, request), adam, theatre.redirect_uri)
    assert request.error_from(decide(person, asked, "deny", theatre.redirect_uri)) == "access_denied"
    again = authorization(broker, theatre)
    assert person.open(again.url, theatre.redirect_uri).url.path == "/consent"


def test_consent_is_remembered_for_these_scopes_and_asked_for_more(
    broker: Broker, theatre: Service, person: Person
) -> None:
    ida = broker.add_account("ida", "Ida Nová")
    code_by_local_login(person, authorization(broker, theatre, scope="openid profile"), ida)
    same = authorization(broker, theatre, scope="openid profile")
    assert same.code_from(person.open(same.url, theatre.redirect_uri))
    more = authorization(broker, theatre, scope="openid profile email")
    assert person.open(more.url, theatre.redirect_uri).url.path == "/consent"


def test_one_persons_consent_is_not_another_persons(broker: Broker, theatre: Service) -> None:
    first, second = broker.add_account("consents-first"), broker.add_account("consents-second")
    with Person() as somebody:
        code_by_local_login(somebody, authorization(broker, theatre), first)
    with Person() as somebody:
        request = authorization(broker, theatre)
        asked = log_in_locally(somebody, login_page(somebody, request), second, theatre.redirect_uri)
        assert asked.url.path == "/consent"


@pytest.mark.parametrize("change", ["missing", "altered", "from another person"])
def test_a_consent_form_without_its_own_csrf_token_decides_nothing(
    change: str, broker: Broker, theatre: Service, person: Person
) -> None:
    account = broker.add_account(f"csrf-{change.replace(' ', '-')}")
    request = authorization(broker, theatre)
    asked = log_in_locally(person, login_page(person, request), account, theatre.redirect_uri)
    fields = dict(page_of(asked).form(action="/consent").fields)
    if change == "missing":
        del fields["csrf"]
    elif change == "altered":
        fields["csrf"] = fields["csrf"][:-1] + ("A" if fields["csrf"][-1] != "A" else "B")
    else:
        with Person() as other:
            stranger = broker.add_account("csrf-stranger")
            form = log_in_locally(other, login_page(other, authorization(broker, theatre)), stranger)
            fields["csrf"] = page_of(form).form(action="/consent").fields["csrf"]
    answer = person.post(broker.url("/consent"), data=fields | {"decision": "allow"}, headers={"Origin": broker.issuer})
    assert answer.status_code in (400, 403)
    assert "location" not in answer.headers


def test_a_second_drawbridge_is_an_upstream(
    broker: Broker, second_broker: Broker, library: Service, person: Person
) -> None:
    somebody = second_broker.add_account("sister-jana", "Jana zo Sesterského Mesta", "--verified")
    request = authorization(broker, library)
    there = person.open(broker.url(page_of(login_page(person, request)).link("/login/sister")))
    assert str(there.url).startswith(second_broker.issuer + "/login")
    answer = log_in_locally(person, there, somebody, library.redirect_uri)
    tokens = request.tokens_for(request.code_from(answer))
    claims = userinfo(broker, tokens["access_token"]).json()
    assert claims["email"] == somebody.email
    assert claims["name"] == somebody.name
    assert unverified_claims(tokens["id_token"])["idp"] == "sister"


def test_naming_the_provider_skips_the_chooser(
    broker: Broker, second_broker: Broker, library: Service, person: Person
) -> None:
    there = person.open(authorization(broker, library, provider="sister").url)
    assert str(there.url).startswith(second_broker.issuer + "/login")


def test_a_login_refused_upstream_says_whose_refusal_it_was(broker: Broker, library: Service, person: Person) -> None:
    response = person.get(authorization(broker, library, provider="sister").url)
    while location_of(response).startswith(broker.issuer):
        response = person.get(location_of(response))
    state = query_of(location_of(response))["state"]
    answer = person.get(
        broker.url("/login/sister/callback"),
        params={
            "error": "access_denied",
            "state": state,
            "iss": "http://" + response.headers["location"].split("/")[2],
        },
    )
    assert_page(answer, 400, 403)
    assert "Sister City" in page_of(answer).text


def test_an_openid_provider_of_other_authors_is_an_upstream(
    broker: Broker, foreign: canaille.Canaille, library: Service, person: Person
) -> None:
    request = authorization(broker, library, provider="canaille")
    page = person.open(request.url)
    assert str(page.url).startswith(foreign.issuer), str(page.url)
    answer = foreign.log_in(person, page, library.redirect_uri)
    tokens = request.tokens_for(request.code_from(answer))
    claims = userinfo(broker, tokens["access_token"]).json()
    assert claims["email"] == canaille.EMAIL
    assert claims["name"] == canaille.FULL_NAME
    assert unverified_claims(tokens["id_token"])["idp"] == "canaille"
