"""The front-end-led bridge, every step and parameter, against Cognito's API as served by moto."""

from __future__ import annotations

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.front_end import FrontEnd
from support.login import decide
from support.oauth import authorization, noted_tokens, refresh, token_request, unverified_claims, userinfo
from support.person import HTML, Person, location_of, page_of, query_of
from support.pool import Pool, PoolPerson

SAME_SITE_FRONT_END = "http://localhost:24999"


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, moto_pool: Pool) -> Broker:
    broker = make_broker(options=["--login-front-end", SAME_SITE_FRONT_END])
    broker.write_provider(moto_pool.provider_file())
    broker.start()
    return broker


@pytest.fixture(scope="module")
def front_end(broker: Broker) -> FrontEnd:
    return FrontEnd(broker, SAME_SITE_FRONT_END)


@pytest.fixture(scope="module")
def citizen(moto_pool: Pool) -> PoolPerson:
    return moto_pool.add_person("bridge-jana", "Jana Kováčová")


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport")


@pytest.fixture(scope="module")
def parking(broker: Broker) -> Service:
    return broker.add_service("parking", public=True)


def test_every_step_from_the_clients_link_to_decrypted_claims(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, transport)

    payload = front_end.begin(person, request)
    assert person.cookie("drawbridge-browser"), "authorize binds the payload to this browser"

    info = front_end.info(payload)
    assert info.status_code == 200
    assert transport.name in info.text

    upstream = moto_pool.log_in(citizen)
    stored = front_end.store_from_browser(person, payload, upstream)
    assert stored.status_code == 200
    assert stored.headers["access-control-allow-origin"] == SAME_SITE_FRONT_END
    assert stored.headers["access-control-allow-credentials"] == "true"

    code = request.code_from(front_end.proceed(person, payload))

    answer = request.redeem(code)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["cache-control"]
    tokens = noted_tokens(broker, answer)
    assert tokens["token_type"] == "Bearer"
    assert int(tokens["expires_in"]) > 0

    claims = userinfo(broker, tokens["access_token"])
    assert claims.status_code == 200
    identity = unverified_claims(tokens["id_token"])
    assert claims.json()["sub"] == identity["sub"]
    assert claims.json()["email"] == citizen.email
    assert claims.json()["name"] == citizen.name


def test_the_upstream_tokens_come_sealed(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    upstream = moto_pool.log_in(citizen)
    request = authorization(broker, transport)
    tokens = request.tokens_for(front_end.bridge(person, request, upstream))
    for sealed in (tokens["access_token"], tokens["refresh_token"]):
        assert upstream.access_token not in sealed
        assert upstream.refresh_token not in sealed
        assert sealed.count(".") != 2, "a sealed token is no JWT"
    assert "upstream_access_token" not in tokens


def test_the_id_token_is_drawbridges_own(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    upstream = moto_pool.log_in(citizen)
    request = authorization(broker, transport)
    tokens = request.tokens_for(front_end.bridge(person, request, upstream))
    identity = unverified_claims(tokens["id_token"])
    assert identity["iss"] == broker.issuer
    assert identity["aud"] in (transport.client_id, [transport.client_id])
    assert identity["nonce"] == request.nonce
    assert identity["idp"] == "city-pool"
    assert identity["sub"] != unverified_claims(upstream.id_token)["sub"], "an account id, not the upstream subject"
    assert {"exp", "iat", "auth_time"} <= set(identity)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_confidential_client_redeems_by_either_method(
    method: str,
    broker: Broker,
    front_end: FrontEnd,
    moto_pool: Pool,
    citizen: PoolPerson,
    person: Person,
) -> None:
    service = broker.add_service(f"by-{method.replace('_', '-')}", "--token-endpoint-auth-method", method)
    request = authorization(broker, service)
    code = front_end.bridge(person, request, moto_pool.log_in(citizen))
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": service.redirect_uri,
        "code_verifier": request.verifier,
    }
    answer = token_request(broker, service, form, method)
    assert answer.status_code == 200, answer.text
    assert userinfo(broker, noted_tokens(broker, answer)["access_token"]).status_code == 200


def test_a_public_client_redeems_without_a_secret(
    broker: Broker, front_end: FrontEnd, parking: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, parking)
    tokens = request.tokens_for(front_end.bridge(person, request, moto_pool.log_in(citizen)))
    assert userinfo(broker, tokens["access_token"]).json()["email"] == citizen.email


def test_one_person_is_one_account_for_every_service(
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    parking: Service,
    moto_pool: Pool,
    citizen: PoolPerson,
) -> None:
    subjects = set()
    for service in (transport, parking):
        with Person(broker.ledger) as somebody:
            request = authorization(broker, service)
            tokens = request.tokens_for(front_end.bridge(somebody, request, moto_pool.log_in(citizen)))
            subjects.add(userinfo(broker, tokens["access_token"]).json()["sub"])
    assert len(subjects) == 1


def test_a_front_end_on_another_site_gets_a_fresh_payload_which_alone_continues(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    stored = front_end.store_cross_site(payload, moto_pool.log_in(citizen))
    assert stored.status_code == 200, stored.text
    fresh = stored.json()["payload"]
    assert fresh != payload
    broker.ledger.note("fresh payload", fresh)

    refused = front_end.proceed(person, payload)
    assert refused.status_code in (400, 403)
    assert "location" not in refused.headers

    code = request.code_from(front_end.proceed(person, fresh))
    assert request.redeem(code).status_code == 200


def test_a_fresh_payload_continues_once(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    fresh = front_end.store_cross_site(payload, moto_pool.log_in(citizen)).json()["payload"]
    request.code_from(front_end.proceed(person, fresh))
    again = front_end.proceed(person, fresh)
    assert again.status_code in (400, 403)
    assert "location" not in again.headers


def test_the_front_ends_own_back_end_stores_with_a_client_credential(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    back_end = broker.add_back_end("login-front-end")
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    stored = front_end.store_from_back_end(payload, moto_pool.log_in(citizen), back_end.basic)
    assert stored.status_code == 200, stored.text
    fresh = stored.json()["payload"]
    assert fresh != payload
    code = request.code_from(front_end.proceed(person, fresh))
    assert request.redeem(code).status_code == 200


def test_a_back_end_with_a_wrong_credential_stores_nothing(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    wrong = httpx.BasicAuth(transport.client_id, "not-the-secret-of-transport")
    stored = front_end.store_from_back_end(payload, moto_pool.log_in(citizen), wrong)
    assert stored.status_code == 401
    assert stored.json()["error"] == "invalid_client"


def test_the_front_ends_preflight_is_answered(broker: Broker) -> None:
    preflight = httpx.options(
        broker.url("/oauth2/store"),
        headers={
            "Origin": SAME_SITE_FRONT_END,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert preflight.is_success
    assert preflight.headers["access-control-allow-origin"] == SAME_SITE_FRONT_END
    assert preflight.headers["access-control-allow-credentials"] == "true"
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()


def test_a_strangers_origin_gets_no_cors_answer(broker: Broker) -> None:
    preflight = httpx.options(
        broker.url("/oauth2/store"),
        headers={
            "Origin": "https://stranger.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert "access-control-allow-origin" not in preflight.headers


def test_tokens_without_an_id_token_are_enough(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    body = front_end.body(payload, moto_pool.log_in(citizen))
    del body["id_token"]
    stored = person.post(broker.url("/oauth2/store"), json=body, headers={"Origin": SAME_SITE_FRONT_END})
    assert stored.status_code == 200, stored.text
    tokens = request.tokens_for(request.code_from(front_end.proceed(person, payload)))
    assert userinfo(broker, tokens["access_token"]).status_code == 200


def test_refreshing_refreshes_upstream_and_seals_the_result(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, transport)
    first = request.tokens_for(front_end.bridge(person, request, moto_pool.log_in(citizen)))
    answer = refresh(broker, transport, first["refresh_token"])
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["cache-control"]
    second = noted_tokens(broker, answer)
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert userinfo(broker, second["access_token"]).json()["email"] == citizen.email


def test_an_app_client_with_a_secret_is_refreshed_by_the_name_of_its_user(
    make_broker: BrokerMaker, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    client_id, client_secret = moto_pool.add_confidential_app_client("with a secret")
    confiding = make_broker("confiding", options=["--login-front-end", SAME_SITE_FRONT_END])
    confiding.write_provider(moto_pool.provider_file(client_id=client_id, client_secret=client_secret))
    confiding.ledger.note("client secret", client_secret)
    confiding.start()
    service, front_end = confiding.add_service("transport"), FrontEnd(confiding, SAME_SITE_FRONT_END)
    request = authorization(confiding, service)
    staged = moto_pool.log_in(citizen, client_id, client_secret)
    tokens = request.tokens_for(front_end.bridge(person, request, staged))
    for _ in range(2):
        answer = refresh(confiding, service, tokens["refresh_token"])
        assert answer.status_code == 200, answer.text
        tokens = noted_tokens(confiding, answer)


def test_a_grant_ends_when_the_pool_says_so(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, person: Person
) -> None:
    leaver = moto_pool.add_person("bridge-leaver", "Peter Odišiel")
    request = authorization(broker, transport)
    tokens = request.tokens_for(front_end.bridge(person, request, moto_pool.log_in(leaver)))
    moto_pool.end_sessions(leaver)
    answer = refresh(broker, transport, tokens["refresh_token"])
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_another_clients_refresh_token_is_refused(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    thief = broker.add_service("thief")
    request = authorization(broker, transport)
    tokens = request.tokens_for(front_end.bridge(person, request, moto_pool.log_in(citizen)))
    answer = refresh(broker, thief, tokens["refresh_token"])
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_grant"


def test_a_client_that_is_not_of_the_house_asks_for_consent(
    broker: Broker, front_end: FrontEnd, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    visitor = broker.add_service("visitor", first_party=False)
    request = authorization(broker, visitor)
    payload = front_end.begin(person, request)
    assert front_end.store_from_browser(person, payload, moto_pool.log_in(citizen)).status_code == 200
    asked = person.follow(front_end.proceed(person, payload), visitor.redirect_uri)
    assert asked.status_code == 200
    assert visitor.name in page_of(asked).text
    code = request.code_from(decide(person, asked, "allow", visitor.redirect_uri))
    assert request.redeem(code).status_code == 200


def test_the_payload_says_nothing_to_whoever_carries_it(
    broker: Broker, front_end: FrontEnd, transport: Service, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    assert request.state not in payload
    assert transport.client_id not in payload
    assert len(payload) <= 2800


def test_a_request_too_long_for_a_url_still_bridges(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    request = authorization(broker, transport, state="s" * 1000, nonce="n" * 1000, login_hint="h" * 250)
    location = location_of(person.get(request.url))
    payload = query_of(location)["payload"]
    assert len(payload) < 2800
    assert front_end.store_from_browser(person, payload, moto_pool.log_in(citizen)).status_code == 200
    code = request.code_from(front_end.proceed(person, payload))
    assert request.redeem(code).status_code == 200


def test_naming_a_provider_of_the_broker_skips_the_front_end(broker: Broker, parking: Service, person: Person) -> None:
    request = authorization(broker, parking, provider="local")
    page = person.open(request.url)
    assert str(page.url).startswith(broker.issuer)
    assert page_of(page).form(action="/login/local")


def test_info_without_a_good_payload_tells_nothing(broker: Broker) -> None:
    for query in ({}, {"payload": ""}, {"payload": "nonsense"}):
        answer = httpx.get(broker.url("/oauth2/info"), params=query)
        assert answer.status_code == 400
        assert set(answer.json()) == {"error", "error_description", "ray_id"}


def test_a_browser_sees_a_page_and_a_program_json_when_continue_fails(broker: Broker) -> None:
    target = broker.url("/oauth2/continue?payload=nonsense")
    page = httpx.get(target, headers={"Accept": HTML})
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["ray-id"] in page.text
    answer = httpx.get(target, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["ray_id"] == answer.headers["ray-id"]
