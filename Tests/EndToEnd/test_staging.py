"""What a login front end may not do at ``/oauth2/store`` and ``/oauth2/continue``."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.forgery import SigningKey, encoded, hmac_signed, unsigned
from support.front_end import FrontEnd
from support.oauth import authorization
from support.person import Person
from support.pool import MotoServer, Pool, UpstreamTokens
from support.refusal import STORE_ERROR, assert_no_code, assert_page
from support.stand_in import CLIENT_ID, ISSUER, StandInPool

ORIGIN = "http://localhost:24998"
pytestmark = pytest.mark.usefixtures("still_alive")
Forge = Callable[[StandInPool, UpstreamTokens], UpstreamTokens]


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, moto_pool: Pool, stand_in_pool: StandInPool) -> Broker:
    broker = make_broker(options=["--login-front-end", ORIGIN])
    broker.write_provider(moto_pool.provider_file())
    broker.write_provider(stand_in_pool.provider_file())
    broker.start()
    return broker


@pytest.fixture(scope="module")
def front_end(broker: Broker) -> FrontEnd:
    return FrontEnd(broker, ORIGIN)


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport")


@pytest.fixture
def nothing_written(broker: Broker) -> Iterator[None]:
    """Whatever is refused leaves no account behind."""
    before = broker.cli_json("account", "list")
    yield
    assert broker.cli_json("account", "list") == before


def assert_refused(response: httpx.Response) -> None:
    """A store error: JSON with the Ray ID, and not a server's fault."""
    assert 400 <= response.status_code < 500, f"{response.status_code}: {response.text}"
    assert set(response.json()) == STORE_ERROR
    assert response.json()["ray_id"] == response.headers["ray-id"]


def forged(access: str | None = None, identity: str | None = None) -> Forge:
    """Replace one or both tokens."""
    return lambda _, good: replace(good, access_token=access or good.access_token, id_token=identity or good.id_token)


def bent(**changes: object) -> Forge:
    """Sign with the right key, but other claims in both tokens."""
    return lambda pool, _: pool.good_tokens(**changes)


def bent_access(**changes: object) -> Forge:
    """Sign with the right key, but other claims in the access token."""
    return lambda pool, good: replace(good, access_token=pool.key.sign(pool.access_claims(**changes)))


def bent_id(**changes: object) -> Forge:
    """Sign with the right key, but other claims in the ID token."""
    return lambda pool, good: replace(good, id_token=pool.key.sign(pool.id_claims(**changes)))


def with_header(**header: object) -> Forge:
    """Sign with the right key, but another header on the access token."""
    return lambda pool, good: replace(good, access_token=pool.key.sign(pool.access_claims(), **header))


def wrongly_signed(kid: str) -> Forge:
    """Sign both tokens with a key that nobody publishes."""

    def forge(pool: StandInPool, good: UpstreamTokens) -> UpstreamTokens:
        key = SigningKey(kid)
        return replace(good, access_token=key.sign(pool.access_claims()), id_token=key.sign(pool.id_claims()))

    return forge


def algorithm_none(spelling: str) -> Forge:
    """No signature at all."""
    return lambda pool, good: replace(good, access_token=unsigned(pool.access_claims(), spelling, pool.key.kid))


def public_key_as_secret(pool: StandInPool, good: UpstreamTokens) -> UpstreamTokens:
    """HS256 under the public key."""
    token = hmac_signed(pool.access_claims(), pool.key.public_pem(), pool.key.kid)
    return replace(good, access_token=token)


def altered_signature(_: StandInPool, good: UpstreamTokens) -> UpstreamTokens:
    """One character of the signature changed."""
    head, signature = good.access_token.rsplit(".", 1)
    return replace(good, access_token=f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}")


def altered_claims(pool: StandInPool, good: UpstreamTokens) -> UpstreamTokens:
    """Another person's claims over this person's signature."""
    claims = unsigned(pool.access_claims(sub="somebody-else")).split(".")[1]
    header, _, signature = good.access_token.split(".")
    return replace(good, access_token=f"{header}.{claims}.{signature}")


def swapped(_: StandInPool, good: UpstreamTokens) -> UpstreamTokens:
    """ID token for access token and the other way round."""
    return replace(good, access_token=good.id_token, id_token=good.access_token)


def id_token_twice(_: StandInPool, good: UpstreamTokens) -> UpstreamTokens:
    """An ID token in both places."""
    return replace(good, access_token=good.id_token)


HOUR = 3600
HEADER = encoded(b'{"alg":"RS256","kid":"stand-in-1"}')
FORGERIES: dict[str, Forge] = {
    "signed by another key": wrongly_signed("stand-in-1"),
    "signed by a key nobody publishes": wrongly_signed("unknown-key"),
    "altered signature": altered_signature,
    "altered claims": altered_claims,
    "none": algorithm_none("none"),
    "None": algorithm_none("None"),
    "NONE": algorithm_none("NONE"),
    "no algorithm": algorithm_none(""),
    "HS256 with the public key": public_key_as_secret,
    "header says ES256": with_header(alg="ES256"),
    "header says RS512": with_header(alg="RS512"),
    "key in the header": with_header(jwk=SigningKey("stand-in-1").public_jwk(), kid="unknown-key"),
    "key address in the header": with_header(jku="http://127.0.0.1:1/keys", kid="unknown-key"),
    "critical header": with_header(crit=["exp"]),
    "expired": bent(exp=int(time.time()) - HOUR, iat=int(time.time()) - 2 * HOUR),
    "without expiry": bent(exp=None),
    "expiry as text": bent(exp="tomorrow"),
    "not valid yet": bent(nbf=int(time.time()) + HOUR),
    "issued in the future": bent(iat=int(time.time()) + HOUR),
    "unknown pool": bent(iss=ISSUER + "2"),
    "issuer with a slash at its end": bent(iss=ISSUER + "/"),
    "without issuer": bent(iss=None),
    "access token of another app client": bent_access(client_id="another-app-client"),
    "access token without app client": bent_access(client_id=None),
    "access token with an audience instead": bent_access(client_id=None, aud=CLIENT_ID),
    "ID token for another app client": bent_id(aud="another-app-client"),
    "ID token for several app clients": bent_id(aud=["another-app-client", CLIENT_ID]),
    "ID token without audience": bent_id(aud=None),
    "token_use of the other": swapped,
    "ID token in place of the access token": id_token_twice,
    "access token without token_use": bent_access(token_use=None),
    "ID token without token_use": bent_id(token_use=None),
    "two people": bent_id(sub="somebody-else"),
    "nobody": bent(sub=None),
    "empty subject": bent(sub=""),
    "subject as a number": bent(sub=42),
    "deeply nested claims": forged(access=f"{HEADER}.{encoded(b'[' * 513)}.c2ln"),
    "deeply nested header": forged(access=f"{encoded(b'[' * 513)}.e30.c2ln"),
    "no JWT": forged(access="nonsense"),
    "empty parts": forged(access=".."),
    "JWE shape": forged(access="a.b.c.d.e"),
    "control characters": forged(access="a\r\nb.c.d"),
}


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_token_is_not_staged(
    forge: Forge,
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    stand_in_pool: StandInPool,
    person: Person,
) -> None:
    payload = front_end.begin(person, authorization(broker, transport))
    tokens = forge(stand_in_pool, stand_in_pool.good_tokens())
    assert_refused(front_end.store_from_browser(person, payload, tokens))
    assert_no_code(front_end.proceed(person, payload))


def test_the_stand_in_pools_good_tokens_are_staged(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    request = authorization(broker, transport)
    assert front_end.bridge(person, request, stand_in_pool.good_tokens())


@pytest.mark.usefixtures("nothing_written")
def test_real_tokens_of_another_pool_with_the_same_key_are_not_staged(
    broker: Broker, front_end: FrontEnd, transport: Service, moto: MotoServer, person: Person
) -> None:
    stranger = moto.pool("another city")
    tokens = stranger.log_in(stranger.add_person("stranger", "A Stranger"))
    payload = front_end.begin(person, authorization(broker, transport))
    assert_refused(front_end.store_from_browser(person, payload, tokens))


@pytest.mark.usefixtures("nothing_written")
def test_real_tokens_of_another_app_client_of_the_pool_are_not_staged(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, person: Person
) -> None:
    tokens = moto_pool.log_in(
        moto_pool.add_person("other-app-user", "Another App's User"), moto_pool.add_app_client("another app")
    )
    payload = front_end.begin(person, authorization(broker, transport))
    assert_refused(front_end.store_from_browser(person, payload, tokens))


@pytest.mark.usefixtures("nothing_written")
def test_tokens_of_two_people_are_not_staged_together(
    broker: Broker, front_end: FrontEnd, transport: Service, moto_pool: Pool, person: Person
) -> None:
    first = moto_pool.log_in(moto_pool.add_person("staging-first", "First"))
    second = moto_pool.log_in(moto_pool.add_person("staging-second", "Second"))
    payload = front_end.begin(person, authorization(broker, transport))
    mixed = replace(first, id_token=second.id_token)
    assert_refused(front_end.store_from_browser(person, payload, mixed))


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"payload", id="no JSON"),
        pytest.param(b"[]", id="array"),
        pytest.param(b'"text"', id="text"),
        pytest.param(b"null", id="null"),
        pytest.param(b"{}", id="empty object"),
        pytest.param(b'{"payload":"x"}', id="no access token"),
        pytest.param(b'{"access_token":"x"}', id="no payload"),
        pytest.param(b'{"payload":1,"access_token":2}', id="numbers"),
        pytest.param(b'{"payload":["x"],"access_token":{"a":"b"}}', id="other types"),
        pytest.param(b'{"payload":"","access_token":""}', id="empty texts"),
        pytest.param(b'{"payload":"\xff","access_token":"x"}', id="not UTF-8"),
        pytest.param(b'{"payload":"\\ud800","access_token":"x"}', id="half a surrogate pair"),
        pytest.param(b'{"payload":"\\u0000","access_token":"x"}', id="NUL"),
        pytest.param(b"[" * 30_000, id="deeply nested array"),
        pytest.param(b"[" * 513, id="as deep as ends some readers"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, id="deeply nested object"),
        pytest.param(b'{"payload":"x","access_token":"y"', id="cut short"),
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_refused(content: bytes, broker: Broker) -> None:
    response = httpx.post(
        broker.url("/oauth2/store"), content=content, headers={"Content-Type": "application/json", "Origin": ORIGIN}
    )
    assert_refused(response)


def test_a_body_over_64_kib_is_413(broker: Broker) -> None:
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    assert httpx.post(broker.url("/oauth2/store"), content=b"a" * 66_000, headers=headers).status_code == 413


@pytest.mark.parametrize("second", ['"access_token"', '"\\u0061ccess_token"', '"payload"', '"unknown": "x", "unknown"'])
def test_a_member_named_twice_is_refused(
    second: str,
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    stand_in_pool: StandInPool,
    person: Person,
) -> None:
    payload = front_end.begin(person, authorization(broker, transport))
    good = front_end.body(payload, stand_in_pool.good_tokens()) | {'a "name": {': 'a "value": }'}
    headers = {"Content-Type": "application/json", "Origin": ORIGIN}
    doubled = json.dumps(good)[:-1] + f', {second}: "another"}}'
    assert_refused(person.post(broker.url("/oauth2/store"), content=doubled, headers=headers))
    accepted = person.post(broker.url("/oauth2/store"), content=json.dumps(good), headers=headers)
    assert accepted.status_code == 200, accepted.text


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
def test_only_json_is_stored(
    content_type: str | None,
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    stand_in_pool: StandInPool,
    person: Person,
) -> None:
    payload = front_end.begin(person, authorization(broker, transport))
    body = json.dumps(front_end.body(payload, stand_in_pool.good_tokens()))
    headers = {"Origin": ORIGIN} | ({"Content-Type": content_type} if content_type else {})
    response = person.post(broker.url("/oauth2/store"), content=body, headers=headers)
    assert response.status_code in (400, 415)
    assert_no_code(front_end.proceed(person, payload))


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", ORIGIN + "0", "https://localhost:24998", None])
def test_only_listed_origins_store_with_a_cookie(
    origin: str | None,
    broker: Broker,
    front_end: FrontEnd,
    transport: Service,
    stand_in_pool: StandInPool,
    person: Person,
) -> None:
    payload = front_end.begin(person, authorization(broker, transport))
    headers = {"Origin": origin} if origin else {}
    response = person.post(
        broker.url("/oauth2/store"), json=front_end.body(payload, stand_in_pool.good_tokens()), headers=headers
    )
    if origin is None:
        assert_no_code(front_end.proceed(person, payload))
    else:
        assert_refused(response)
        assert response.headers.get("access-control-allow-origin") != origin
    assert_no_code(front_end.proceed(person, payload))


def test_a_payload_is_stored_once(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    assert front_end.store_from_browser(person, payload, stand_in_pool.good_tokens()).status_code == 200
    other = stand_in_pool.good_tokens(sub="second-person")
    assert_refused(front_end.store_from_browser(person, payload, other))
    assert_refused(front_end.store_cross_site(payload, other))


def test_a_payload_is_continued_once(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    assert front_end.store_from_browser(person, payload, stand_in_pool.good_tokens()).status_code == 200
    request.code_from(front_end.proceed(person, payload))
    assert_page(front_end.proceed(person, payload), 400, 403)
    assert_refused(front_end.store_from_browser(person, payload, stand_in_pool.good_tokens()))


def test_of_many_simultaneous_stores_and_continuations_one_wins(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    tokens = stand_in_pool.good_tokens()
    cookies = dict(person.http.cookies)
    with ThreadPoolExecutor(20) as workers:
        stored = list(
            workers.map(
                lambda _: httpx.post(
                    broker.url("/oauth2/store"),
                    json=front_end.body(payload, tokens),
                    headers={"Origin": ORIGIN},
                    cookies=cookies,
                    timeout=30,
                ),
                range(20),
            )
        )
        continued = list(
            workers.map(
                lambda _: httpx.get(
                    broker.url("/oauth2/continue"), params={"payload": payload}, cookies=cookies, timeout=30
                ),
                range(20),
            )
        )
    assert [response.status_code for response in stored].count(200) == 1
    assert [response.is_redirect for response in continued].count(True) == 1
    winner = next(response for response in continued if response.is_redirect)
    assert request.redeem(request.code_from(winner)).status_code == 200


def test_nothing_continues_before_storing(
    broker: Broker, front_end: FrontEnd, transport: Service, person: Person
) -> None:
    payload = front_end.begin(person, authorization(broker, transport))
    assert_page(front_end.proceed(person, payload), 400, 403)


def test_continuing_too_early_does_not_spoil_the_login(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    assert_no_code(front_end.proceed(person, payload))
    assert front_end.store_from_browser(person, payload, stand_in_pool.good_tokens()).status_code == 200
    assert request.code_from(front_end.proceed(person, payload))


def test_a_refused_store_does_not_spoil_the_payload(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    request = authorization(broker, transport)
    payload = front_end.begin(person, request)
    refused = FORGERIES["expired"](stand_in_pool, stand_in_pool.good_tokens())
    assert_refused(front_end.store_from_browser(person, payload, refused))
    assert front_end.store_from_browser(person, payload, stand_in_pool.good_tokens()).status_code == 200
    assert request.code_from(front_end.proceed(person, payload))


def test_a_payload_in_another_browser_is_refused(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    payload = front_end.begin(person, authorization(broker, transport))
    assert front_end.store_from_browser(person, payload, stand_in_pool.good_tokens()).status_code == 200
    with Person(broker.ledger) as other:
        assert_page(front_end.proceed(other, payload), 400, 403)
        front_end.begin(other, authorization(broker, transport))
        assert_page(front_end.proceed(other, payload), 400, 403)


def test_another_browsers_cookie_does_not_store(
    broker: Broker, front_end: FrontEnd, transport: Service, stand_in_pool: StandInPool, person: Person
) -> None:
    payload = front_end.begin(person, authorization(broker, transport))
    with Person(broker.ledger) as other:
        front_end.begin(other, authorization(broker, transport))
        stored = front_end.store_from_browser(other, payload, stand_in_pool.good_tokens())
    if stored.status_code == 200:
        assert stored.json()["payload"] != payload, "a stranger's browser counts as no browser"
        assert_page(front_end.proceed(person, payload), 400, 403)
    else:
        assert_refused(stored)
