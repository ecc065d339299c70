"""Logging out: asked without evidence, over the provider's own logout where its file says so, and never by HEAD."""

from __future__ import annotations

import pytest

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.login import code_by_local_login, log_in_locally
from support.oauth import Authorization, authorization
from support.person import Person, location_of, page_of, query_of

RETURN = "https://library.city.example/bye"


@pytest.fixture(scope="module")
def second_broker(make_broker: BrokerMaker) -> Broker:
    """The upstream; on 127.0.0.1 because cookies of one host are shared by all its ports."""
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    return upstream


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, second_broker: Broker) -> Broker:
    made = make_broker()
    sister.connect(made, second_broker, "sister", "Sister City", logout="upstream")
    made.start()
    return made


@pytest.fixture(scope="module")
def library(broker: Broker) -> Service:
    return broker.add_service("library", "--post-logout-redirect-uri", RETURN)


@pytest.fixture(scope="module")
def petra(second_broker: Broker) -> Account:
    """Somebody whom the upstream knows."""
    return second_broker.add_account("petra")


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def id_token_by_the_sister(broker: Broker, library: Service, petra: Account, person: Person) -> str:
    request = authorization(broker, library, provider="sister")
    code = request.code_from(log_in_locally(person, person.open(request.url), petra, library.redirect_uri))
    return request.tokens_for(code)["id_token"]


def is_signed_in(request: Authorization, person: Person) -> bool:
    back = person.open(request.url, request.service.redirect_uri)
    return "error" not in query_of(location_of(back))


def test_a_logout_reaches_the_provider_and_comes_back_to_the_client(
    broker: Broker, second_broker: Broker, library: Service, petra: Account, person: Person
) -> None:
    hint = id_token_by_the_sister(broker, library, petra, person)
    wish = {"id_token_hint": hint, "post_logout_redirect_uri": RETURN, "state": "s 1"}
    first = person.get(broker.url("/oauth2/logout"), params=wish)
    there = location_of(first)
    assert there.startswith(second_broker.url("/oauth2/logout"))
    sent = query_of(there)
    assert sent["post_logout_redirect_uri"] == broker.url("/oauth2/logout/return")
    assert hint not in there
    back = person.follow(first, RETURN)
    assert query_of(location_of(back)) == {"state": "s 1"}
    assert person.cookie("drawbridge-session") is None
    assert person.cookie("drawbridge-logout") is None
    page = person.open(authorization(broker, library, provider="sister").url)
    assert page.url.port == second_broker.port, "the upstream asks who is there"
    assert page.url.path == "/login"


def test_a_dead_provider_keeps_nobody_from_logging_out(
    make_broker: BrokerMaker, second_broker: Broker, petra: Account, person: Person
) -> None:
    lonely = make_broker("lonely")
    sister.connect(
        lonely,
        second_broker,
        "sister",
        "Sister City",
        logout="upstream",
        endpoints={"end_session": "http://127.0.0.1:9/"},
    )
    lonely.start()
    service = lonely.add_service("library", "--post-logout-redirect-uri", RETURN)
    hint = id_token_by_the_sister(lonely, service, petra, person)
    answer = person.get(lonely.url("/oauth2/logout"), params={"id_token_hint": hint})
    assert location_of(answer).startswith("http://127.0.0.1:9/?id_token_hint=")
    assert person.cookie("drawbridge-session") is None, "the session here has ended before the browser leaves"


def test_without_evidence_the_person_is_asked(broker: Broker, library: Service, jana: Account, person: Person) -> None:
    assert code_by_local_login(person, authorization(broker, library, provider="local"), jana)
    silent = authorization(broker, library, provider="local", prompt="none")
    wish = {"client_id": library.client_id, "post_logout_redirect_uri": RETURN}
    asked = person.get(broker.url("/oauth2/logout"), params=wish)
    assert asked.status_code == 200
    page = page_of(asked)
    assert jana.name in page.text
    assert is_signed_in(silent, person), "nothing has ended yet"
    answer = next(link for link in page.links if "csrf=" in link)
    assert location_of(person.get(broker.url(answer))) == RETURN
    assert not is_signed_in(authorization(broker, library, provider="local", prompt="none"), person)


def test_a_head_request_ends_no_session_and_issues_no_code(
    broker: Broker, library: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, library, provider="local")
    hint = request.tokens_for(code_by_local_login(person, request, jana))["id_token"]
    for path in ("/oauth2/logout", "/oauth2/authorize"):
        parameters = {"id_token_hint": hint} if path.endswith("logout") else query_of(request.url)
        answer = person.http.head(broker.url(path), params=parameters)
        assert "set-cookie" not in answer.headers
        assert "code=" not in answer.headers.get("location", "")
    assert is_signed_in(authorization(broker, library, provider="local", prompt="none"), person)
