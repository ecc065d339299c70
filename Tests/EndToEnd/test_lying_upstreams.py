"""Upstreams that lie, break or mean harm: each ends in a page with a Ray ID and a line in the log, in time."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator

import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.forgery import SigningKey, hmac_signed, unsigned
from support.liar import DISCOVERY, KEYS, SUBJECT, TOKEN, USERINFO, LyingProvider, Visitor, silent
from support.oauth import authorization
from support.person import Person
from support.refusal import assert_page

Lie = Callable[[LyingProvider], None]
HOUR = 3600
UNTRUSTED, UNAVAILABLE = 403, 503


def claims(**changes: object) -> Lie:
    return lambda provider: provider.claims.update(changes)


def answer(**changes: object) -> Lie:
    return lambda provider: provider.answer.update(changes)


def says(path: str, status: int, body: bytes, **headers: str) -> Lie:
    return lambda provider: provider.speeches.update({path: lambda visitor: visitor.say(status, body, **headers)})


def endless(path: str, opening: bytes, refrain: bytes, pause: float = 0) -> Lie:
    def speech(visitor: Visitor) -> None:
        visitor.raw(opening)
        visitor.forever(refrain, pause)

    return lambda provider: provider.speeches.update({path: speech})


def signed(sign: Callable[[LyingProvider, dict[str, object]], str]) -> Lie:
    def lie(provider: LyingProvider) -> None:
        provider.token = lambda claims: sign(provider, claims)

    return lie


def publishes(provider: LyingProvider, *keys: dict[str, str]) -> None:
    provider.speeches[KEYS] = lambda visitor: visitor.say(200, json.dumps({"keys": keys}).encode())


def nameless(key: SigningKey) -> dict[str, str]:
    return {name: value for name, value in key.public_jwk().items() if name != "kid"}


def strange_keys_without_kid(provider: LyingProvider) -> None:
    publishes(provider, nameless(SigningKey("x")), nameless(SigningKey("y")))
    provider.token = lambda claims: provider.keys[-1].sign(claims, kid=None)


def two_keys_without_kid(provider: LyingProvider) -> None:
    publishes(provider, nameless(SigningKey("x")), nameless(provider.keys[-1]))
    provider.token = lambda claims: provider.keys[-1].sign(claims, kid=None)


def two_keys_of_one_name(provider: LyingProvider) -> None:
    publishes(provider, provider.keys[-1].public_jwk(), SigningKey(provider.keys[-1].kid).public_jwk())


def many_keys(provider: LyingProvider) -> None:
    key = provider.keys[0].public_jwk()
    publishes(provider, *(key | {"kid": f"filler-{number}"} for number in range(10_000)))


def misdescribed_key(**members: str) -> Lie:
    return lambda provider: publishes(provider, provider.keys[0].public_jwk() | members)


def key_in_the_token(provider: LyingProvider) -> None:
    stranger = SigningKey("stranger")
    provider.token = lambda claims: stranger.sign(claims, jwk=stranger.public_jwk(), jku=provider.issuer + "/theirs")


def secret_to_elsewhere(provider: LyingProvider) -> None:
    provider.speeches[TOKEN] = lambda visitor: visitor.say(307, b"", Location=provider.issuer + "/theirs")


def token_answer(provider: LyingProvider, visitor: Visitor) -> bytes:
    return json.dumps(provider._token(visitor.form)).encode()


def rewritten(rewrite: Callable[[bytes], bytes], **headers: str) -> Lie:
    def lie(provider: LyingProvider) -> None:
        provider.speeches[TOKEN] = lambda visitor: visitor.say(200, rewrite(token_answer(provider, visitor)), **headers)

    return lie


def without_length(status_line: bytes) -> Lie:
    def lie(provider: LyingProvider) -> None:
        provider.speeches[TOKEN] = lambda visitor: visitor.raw(
            status_line + b"\r\nContent-Type: application/json\r\n\r\n" + token_answer(provider, visitor)
        )

    return lie


def trickle(visitor: Visitor) -> None:
    visitor.raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n")
    visitor.forever(b"1\r\n \r\n", 0.5)


def redirect_loop(provider: LyingProvider) -> None:
    provider.speeches[TOKEN] = lambda visitor: visitor.say(302, b"", Location=provider.issuer + TOKEN)


def now() -> int:
    return int(time.time())


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LIES: dict[str, tuple[Lie, int, str]] = {
    "wrong-iss": (claims(iss="https://elsewhere.example"), UNTRUSTED, "issuer"),
    "wrong-aud": (claims(aud="somebody-else"), UNTRUSTED, "audience"),
    "empty-aud": (claims(aud=[]), UNTRUSTED, "audience"),
    "wrong-azp": (claims(azp="somebody-else"), UNTRUSTED, "authorized_party"),
    "wrong-nonce": (claims(nonce="not-the-nonce-that-was-sent"), UNTRUSTED, "nonce"),
    "no-nonce": (claims(nonce=None), UNTRUSTED, "nonce"),
    "alg-none": (signed(lambda _, said: unsigned(said)), UNTRUSTED, "algorithm_not_allowed"),
    "hs256": (
        signed(lambda provider, said: hmac_signed(said, provider.keys[0].public_pem(), provider.keys[0].kid)),
        UNTRUSTED,
        "algorithm_not_allowed",
    ),
    "strange-key": (signed(lambda _, said: SigningKey("stranger").sign(said)), UNTRUSTED, "unknown_key"),
    "expired": (claims(exp=now() - HOUR), UNTRUSTED, "expired"),
    "future-nbf": (claims(nbf=now() + HOUR), UNTRUSTED, "not_yet_valid"),
    "future-iat": (claims(iat=now() + HOUR), UNTRUSTED, "not_yet_valid"),
    "exp-text": (claims(exp="tomorrow"), UNTRUSTED, "malformed"),
    "sub-nul": (claims(sub=SUBJECT + "\0"), UNTRUSTED, "malformed"),
    "sub-long": (claims(sub="s" * 256), UNTRUSTED, "subject_missing"),
    "sub-number": (claims(sub=7), UNTRUSTED, "subject_missing"),
    "strange-keys-without-kid": (strange_keys_without_kid, UNTRUSTED, "signature"),
    "two-keys-of-one-name": (two_keys_of_one_name, UNTRUSTED, "unknown_key"),
    "logout-token": (
        signed(lambda provider, said: provider.keys[0].sign(said, typ="logout+jwt")),
        UNTRUSTED,
        "token_use",
    ),
    "key-in-the-token": (key_in_the_token, UNTRUSTED, "unknown_key"),
    "key-for-encryption": (misdescribed_key(use="enc"), UNTRUSTED, "unknown_key"),
    "key-for-another-algorithm": (misdescribed_key(alg="RS512"), UNTRUSTED, "unknown_key"),
    "sub-twice": (
        signed(lambda provider, said: provider.keys[0].sign_text(json.dumps(said)[:-1] + ',"sub":"person-2"}')),
        UNTRUSTED,
        "malformed",
    ),
    "sub-list": (claims(sub=[SUBJECT]), UNTRUSTED, "subject_missing"),
    "exp-far": (claims(exp=10**30), UNTRUSTED, "malformed"),
    "exp-negative": (claims(exp=-1), UNTRUSTED, "expired"),
    "two-auds": (claims(aud=["drawbridge-at-the-liar", "somebody-else"]), UNTRUSTED, "authorized_party"),
    "ten-thousand-keys": (many_keys, UNAVAILABLE, "answered more than 262144 bytes"),
    "keys-are-html": (says(KEYS, 200, b"<!doctype html><p>Oops"), UNAVAILABLE, "other than the expected JSON"),
    "keys-not-modified": (says(KEYS, 304, b""), UNAVAILABLE, "answered 304"),
    "keys-drip": (
        endless(KEYS, HEAD + b'Content-Length: 100000\r\n\r\n{"keys":[', b" ", 0.2),
        UNAVAILABLE,
        "no complete answer in time",
    ),
    "token-redirect-with-the-secret": (secret_to_elsewhere, UNAVAILABLE, "redirects are not followed"),
    "redirect-loop": (redirect_loop, UNAVAILABLE, "redirects are not followed"),
    "token-500": (says(TOKEN, 500, b"<h1>Oops</h1>"), UNAVAILABLE, "answered 500"),
    "token-silent": (lambda provider: provider.speeches.update({TOKEN: silent}), UNAVAILABLE, "in time"),
    "token-truncated": (says(TOKEN, 200, b'{"access_token": "a", "id_tok'), UNAVAILABLE, "expected JSON"),
    "token-cut-off": (
        lambda provider: provider.speeches.update(
            {TOKEN: lambda visitor: visitor.raw(HEAD + b'Content-Length: 1000\r\n\r\n{"access_')}
        ),
        UNAVAILABLE,
        "too soon",
    ),
    "token-deep": (says(TOKEN, 200, b'{"x":' + b"[" * 100_000), UNAVAILABLE, "expected JSON"),
    "token-without-bounds": (
        endless(TOKEN, HEAD + b'\r\n{"access_token":"', b"x" * 65_536),
        UNAVAILABLE,
        "answered more than",
    ),
    "token-hundred-megabytes": (
        endless(TOKEN, HEAD + b'Content-Length: 104857600\r\n\r\n{"a":"', b"x" * 65_536),
        UNAVAILABLE,
        "answered more than",
    ),
    "token-endless-header": (
        endless(TOKEN, b"HTTP/1.1 200 OK\r\n", b"X-Padding: " + b"a" * 8000 + b"\r\n"),
        UNAVAILABLE,
        "did not answer with HTTP",
    ),
    "token-compressed": (says(TOKEN, 200, b"\x1f\x8b\x08", Content_Encoding="gzip"), UNAVAILABLE, "content coding"),
    "token-bomb": (
        rewritten(lambda _: gzip.compress(b'{"a":"' + b"x" * 10_000_000 + b'"}'), Content_Encoding="gzip"),
        UNAVAILABLE,
        "content coding",
    ),
    "token-trickle": (lambda provider: provider.speeches.update({TOKEN: trickle}), UNAVAILABLE, "in time"),
    "token-utf16": (rewritten(lambda said: said.decode().encode("utf-16")), UNAVAILABLE, "expected JSON"),
    "token-not-utf8": (rewritten(lambda said: said[:-1] + b',"x":"\xff"}'), UNAVAILABLE, "expected JSON"),
    "token-200-error": (says(TOKEN, 200, b'{"error":"server_error"}'), UNAVAILABLE, "answered server_error"),
    "token-unlimited": (answer(refresh_token="r" * 600_000), UNAVAILABLE, "over 24576 bytes"),
    "token-type": (answer(token_type="mac"), UNAVAILABLE, "not a bearer token"),
    "no-access-token": (answer(access_token=None), UNAVAILABLE, "without an access token"),
    "no-id-token": (answer(id_token=None), UNAVAILABLE, "without an ID token"),
    "token-in-two-lines": (answer(access_token="liar-access\r\nX-Injected: 1"), UNAVAILABLE, "odd characters"),
    "userinfo-of-another": (says(USERINFO, 200, b'{"sub":"person-2"}'), UNTRUSTED, "subject_mismatch"),
    "userinfo-twice": (
        says(USERINFO, 200, b'{"sub":"' + SUBJECT.encode() + b'","sub":"person-2"}'),
        UNAVAILABLE,
        "expected JSON",
    ),
    "userinfo-signed": (
        lambda provider: provider.speeches.update(
            {
                USERINFO: lambda visitor: visitor.say(
                    200, provider.keys[0].sign({"sub": SUBJECT}).encode(), Content_Type="application/jwt"
                )
            }
        ),
        UNAVAILABLE,
        "expected JSON",
    ),
    "userinfo-sub-number": (says(USERINFO, 200, b'{"sub":7}'), UNTRUSTED, "subject_mismatch"),
    "userinfo-novel": (
        says(USERINFO, 200, json.dumps({"sub": SUBJECT, "name": "N" * 100_000}).encode()),
        UNAVAILABLE,
        "answered more than",
    ),
    "userinfo-infinite": (
        says(USERINFO, 200, b'{"sub":"' + SUBJECT.encode() + b'","x":1e999}'),
        UNAVAILABLE,
        "expected JSON",
    ),
}
TOLERATED: dict[str, Lie] = {
    "negative-lifetime": answer(expires_in=-1),
    "huge-lifetime": answer(expires_in=10**18),
    "worded-lifetime": answer(expires_in="soon"),
    "fractional-exp": claims(exp=time.time() + HOUR + 0.5),
    "two-keys-without-kid": two_keys_without_kid,
    "http-10-without-length": without_length(b"HTTP/1.0 200 OK"),
    "http-11-without-length": without_length(b"HTTP/1.1 200 OK"),
    "token-is-called-html": rewritten(lambda said: said, Content_Type="text/html"),
    "token-after-a-byte-order-mark": rewritten(lambda said: b"\xef\xbb\xbf" + said),
    "verified-in-words": says(
        USERINFO, 200, json.dumps({"sub": SUBJECT, "email": ["a@b.example"], "email_verified": "true"}).encode()
    ),
    "listed-aud": lambda provider: provider.claims.update(aud=["drawbridge-at-the-liar"]),
}


@pytest.fixture(scope="module")
def liars() -> Iterator[dict[str, LyingProvider]]:
    key = SigningKey("liar-1")
    liars = {name: LyingProvider(name, key) for name in [*LIES, *TOLERATED, "honest"]}
    for name, (lie, _, _) in LIES.items():
        lie(liars[name])
    for name, lie in TOLERATED.items():
        lie(liars[name])
    yield liars
    for liar in liars.values():
        liar.stop()


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, liars: dict[str, LyingProvider]) -> Broker:
    broker = make_broker(options=["--log-format", "json"])
    for liar in liars.values():
        broker.write_provider(liar.provider_file())
    broker.start()
    return broker


@pytest.fixture(scope="module")
def service(broker: Broker) -> Service:
    return broker.add_service("lied-to")


def log_of(broker: Broker, ray: str) -> list[dict[str, object]]:
    """What the log says about one request, but for the line that every request has."""
    lines = [json.loads(line) for line in broker.log_text().splitlines() if ray in line]
    return [line for line in lines if line["message"] != "Request"]


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_a_page_and_a_cause_in_the_log(
    name: str, broker: Broker, service: Service, liars: dict[str, LyingProvider], person: Person, still_alive: None
) -> None:
    _, status, cause = LIES[name]
    begun = time.monotonic()
    response = liars[name].log_in(person, authorization(broker, service, provider=name))
    assert time.monotonic() - begun < 60
    assert_page(response, status)
    assert liars[name].provider_file()["name"] in response.text
    lines = log_of(broker, response.headers["ray-id"])
    told = [line["metadata"] for line in lines if cause in line["metadata"].get("cause", "")]
    assert told, lines
    assert all(line["connector.id"] == name and int(line["duration_us"]) >= 0 for line in told)
    warned = [line for line in lines if line["level"] == "warning"]
    assert len(warned) == 1, lines
    assert "/theirs" not in liars[name].requests
    assert "drawbridge-session" not in str(person.http.cookies)


@pytest.mark.parametrize("name", ["honest", *TOLERATED])
def test_what_is_odd_and_harmless_is_put_up_with(
    name: str, broker: Broker, service: Service, liars: dict[str, LyingProvider], person: Person
) -> None:
    request = authorization(broker, service, provider=name)
    assert request.tokens_for(request.code_from(liars[name].log_in(person, request)))


def test_keys_that_change_right_after_they_were_fetched_are_found(
    broker: Broker, service: Service, liars: dict[str, LyingProvider]
) -> None:
    honest = liars["honest"]
    for number in range(2):
        with Person(broker.ledger) as somebody:
            request = authorization(broker, service, provider="honest")
            request.code_from(honest.log_in(somebody, request))
        honest.keys = [SigningKey(f"rotated-{number}")]
    with Person(broker.ledger) as somebody:
        request = authorization(broker, service, provider="honest")
        request.code_from(honest.log_in(somebody, request))
    assert honest.count(KEYS) <= 4
    assert honest.count(DISCOVERY) == 1
