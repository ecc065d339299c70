"""Upstream tokens kept in the vault, and fetched by token exchange (RFC 8693), against a provider that can fail."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwe
from joserfc.jwk import OctKey

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.forgery import SigningKey
from support.liar import TOKEN, LyingProvider, Visitor
from support.oauth import authorization, noted_tokens, refresh, token_request
from support.person import Person
from support.ports import wait_until
from support.refusal import assert_oauth_error

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
GRANTS = [part for grant in ("authorization_code", "refresh_token", EXCHANGE) for part in ("--grant-type", grant)]
REVOKE = "/revoke"
pytestmark = pytest.mark.usefixtures("still_alive")


class KeepsakeProvider(LyingProvider):
    """Gives refresh tokens that work once, and access tokens that live as long as it is told."""

    def __init__(self, identifier: str) -> None:
        """Start with long lives."""
        super().__init__(identifier, SigningKey(f"{identifier}-1"))
        self.lifetime = 300
        self.issued: list[str] = []
        self.revoked: list[str] = []
        self.asked: list[str] = []
        self.metadata = {"revocation_endpoint": self.issuer + REVOKE}
        self.speeches = {TOKEN: self.tell, REVOKE: self.revoke}

    def tell(self, visitor: Visitor) -> None:
        """The token endpoint: a refresh token is spent by its use."""
        presented = visitor.form.get("refresh_token")
        if presented is not None:
            self.asked.append(presented)
            if not self.issued or presented != self.issued[-1]:
                visitor.say(400, b'{"error": "invalid_grant"}')
                return
        self.issued.append(f"keepsake-{secrets.token_urlsafe(24)}")
        answer = self._token(visitor.form) | {"refresh_token": self.issued[-1], "expires_in": self.lifetime}
        if presented is not None:
            del answer["id_token"]
        visitor.say(200, json.dumps(answer).encode())

    def revoke(self, visitor: Visitor) -> None:
        """RFC 7009."""
        self.revoked.append(visitor.form["token"])
        visitor.say(200, b"")


@pytest.fixture
def keeper() -> Iterator[KeepsakeProvider]:
    provider = KeepsakeProvider("keeper")
    yield provider
    provider.stop()


@pytest.fixture
def broker(make_broker: BrokerMaker, keeper: KeepsakeProvider) -> Broker:
    broker = make_broker(options=["--log-format", "json"])
    broker.write_provider(keeper.provider_file(upstream_tokens="vault", scopes=["openid", "offline_access"]))
    broker.start()
    return broker


@pytest.fixture
def reports(broker: Broker) -> Service:
    return broker.add_service("reports", *GRANTS, "--upstream-token-provider", "keeper")


def logged_in(broker: Broker, service: Service, keeper: KeepsakeProvider, person: Person) -> dict[str, str]:
    request = authorization(broker, service, provider="keeper", prompt="login")
    answer = keeper.log_in(person, request)
    tokens = request.tokens_for(request.code_from(answer))
    for token in keeper.issued:
        broker.ledger.note("upstream refresh token", token)
    return tokens


def exchange(broker: Broker, service: Service, token: str, **changes: str | None) -> httpx.Response:
    form: dict[str, str | None] = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
        "audience": "keeper",
    } | changes
    return token_request(broker, service, form)


def upstream_token(broker: Broker, answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["cache-control"]
    token = answer.json()["access_token"]
    broker.ledger.note("upstream access token", token)
    return token


def trail(broker: Broker, kind: str) -> list[dict[str, object]]:
    events = broker.cli_json("audit", "--kind", kind)
    assert isinstance(events, list)
    return events


def test_authlib_fetches_the_providers_token(
    broker: Broker, reports: Service, keeper: KeepsakeProvider, person: Person
) -> None:
    tokens = logged_in(broker, reports, keeper, person)
    metadata = httpx.get(broker.url("/.well-known/oauth-authorization-server")).json()
    assert EXCHANGE in metadata["grant_types_supported"]
    client = OAuth2Client(reports.client_id, reports.secret)
    answer = client.fetch_token(
        metadata["token_endpoint"],
        grant_type=EXCHANGE,
        subject_token=tokens["access_token"],
        subject_token_type=ACCESS_TOKEN,
        resource=f"{broker.issuer}/login/keeper",
    )
    broker.ledger.note("upstream access token", answer["access_token"])
    assert answer["access_token"].startswith("liar-access-")
    assert answer["issued_token_type"] == ACCESS_TOKEN
    assert answer["token_type"] == "Bearer"
    assert 0 < answer["expires_in"] <= 300
    assert "refresh_token" not in answer
    identity = exchange(broker, reports, tokens["access_token"], requested_token_type=ID_TOKEN)
    assert identity.json()["issued_token_type"] == ID_TOKEN
    assert identity.json()["token_type"] == "N_A"
    assert upstream_token(broker, identity).count(".") == 2
    events = trail(broker, "token.exchanged")
    assert [event["reason"] for event in events] == ["upstream_access_token", "upstream_id_token"]
    assert {event["provider"] for event in events} == {"keeper"}
    assert {event["client_id"] for event in events} == {"reports"}


def test_a_burst_asks_the_provider_once_also_after_a_restart(
    broker: Broker, reports: Service, keeper: KeepsakeProvider, person: Person
) -> None:
    keeper.lifetime = 30
    tokens = logged_in(broker, reports, keeper, person)
    broker.kill()
    broker.start()
    keeper.lifetime = 3600

    def fetch(_: int) -> str:
        return exchange(broker, reports, tokens["access_token"]).json().get("access_token")

    # Within ten seconds of the login its token still counts, short as it lives.
    wait_until(lambda: bool(fetch(0)) and bool(keeper.asked), "the provider is asked")
    with ThreadPoolExecutor(20) as pool:
        fetched = set(pool.map(fetch, range(40)))
    assert len(fetched) == 1
    broker.ledger.note("upstream access token", fetched.pop())
    assert len(keeper.asked) == 1
    again = refresh(broker, reports, tokens["refresh_token"])
    assert again.status_code == 200
    noted_tokens(broker, again)
    assert len(keeper.asked) == 1


def test_a_provider_that_is_down_ends_nothing_and_its_no_ends_the_rest(
    broker: Broker, reports: Service, keeper: KeepsakeProvider, person: Person
) -> None:
    keeper.lifetime = 5
    tokens = logged_in(broker, reports, keeper, person)
    keeper.speeches[TOKEN] = lambda visitor: visitor.say(500, b"")
    answers: list[httpx.Response] = []

    def fails() -> bool:
        answers.append(exchange(broker, reports, tokens["access_token"]))
        return answers[-1].status_code != 200

    wait_until(fails, "the token is over")
    assert_oauth_error(answers[-1], "temporarily_unavailable", 503)
    assert int(answers[-1].headers["retry-after"]) > 0
    keeper.speeches[TOKEN] = lambda visitor: visitor.say(400, b'{"error": "invalid_grant"}')
    assert_oauth_error(exchange(broker, reports, tokens["access_token"]), "invalid_grant")
    assert_oauth_error(exchange(broker, reports, tokens["access_token"]), "invalid_grant")
    assert [event["reason"] for event in trail(broker, "vault.ended")] == ["provider_grant_ended"]
    keeper.speeches[TOKEN] = keeper.tell
    keeper.lifetime = 300
    anew = logged_in(broker, reports, keeper, person)
    upstream_token(broker, exchange(broker, reports, anew["access_token"]))


def test_it_arrives_encrypted_for_a_client_with_a_key(
    broker: Broker, keeper: KeepsakeProvider, person: Person, tmp_path: Path
) -> None:
    key = OctKey.generate_key(256, {"kid": "vaulted"})
    path = tmp_path / "key.json"
    path.write_text(json.dumps(key.as_dict(private=True)))
    service = broker.add_service(
        "encrypted", *GRANTS, "--upstream-token-provider", "keeper", "--upstream-token-key", str(path)
    )
    tokens = logged_in(broker, service, keeper, person)
    answer = exchange(broker, service, tokens["access_token"])
    assert answer.json()["token_type"] == "N_A"
    opened = jwe.decrypt_compact(upstream_token(broker, answer), key, algorithms=["dir", "A256GCM"]).plaintext
    beside = jwe.decrypt_compact(tokens["upstream_access_token"], key, algorithms=["dir", "A256GCM"]).plaintext
    assert opened == beside
    assert opened is not None
    assert opened.startswith(b"liar-access-")


def test_what_nobody_needs_any_more_is_revoked_at_the_provider(
    broker: Broker, reports: Service, keeper: KeepsakeProvider, person: Person
) -> None:
    first = logged_in(broker, reports, keeper, person)
    second = logged_in(broker, reports, keeper, person)
    for tokens in (first, second):
        assert not keeper.revoked
        form = {"token": tokens["refresh_token"]}
        answer = httpx.post(broker.url("/oauth2/revoke"), data=form, auth=reports.basic)
        assert answer.status_code == 200
    wait_until(lambda: keeper.issued[-1] in keeper.revoked, "the kept refresh token is revoked")
    assert_oauth_error(exchange(broker, reports, second["access_token"]), "invalid_request")


def test_only_who_may_and_only_what_may_be_had(
    broker: Broker, reports: Service, keeper: KeepsakeProvider, person: Person
) -> None:
    tokens = logged_in(broker, reports, keeper, person)
    access_token = tokens["access_token"]
    curious = broker.add_service("curious", *GRANTS)
    own = logged_in(broker, curious, keeper, person)
    assert_oauth_error(exchange(broker, curious, own["access_token"]), "invalid_target")
    assert_oauth_error(exchange(broker, curious, access_token), "invalid_request")
    plain = broker.add_service("plain")
    assert_oauth_error(exchange(broker, plain, access_token), "unauthorized_client")
    rows: list[tuple[dict[str, str | None], str]] = [
        ({"subject_token": None}, "invalid_request"),
        ({"subject_token": access_token[:-4]}, "invalid_request"),
        ({"subject_token": tokens["refresh_token"]}, "invalid_request"),
        ({"subject_token": tokens["id_token"]}, "invalid_request"),
        ({"subject_token_type": None}, "invalid_request"),
        ({"subject_token_type": ID_TOKEN}, "invalid_request"),
        ({"requested_token_type": "urn:ietf:params:oauth:token-type:saml2"}, "invalid_request"),
        ({"audience": "nobody"}, "invalid_target"),
        ({"audience": "local"}, "invalid_target"),
        ({"audience": None}, "invalid_request"),
        ({"resource": "/relative"}, "invalid_target"),
    ]
    for changes, error in rows:
        assert_oauth_error(exchange(broker, reports, access_token, **changes), error)
    reasons = [event["reason"] for event in trail(broker, "token.refused")]
    assert "subject_token_of_another_client" in reasons
    assert "target_not_allowed" in reasons
    public = broker.cli("client", "create", "--id", "p", "--name", "P", "--public", "--grant-type", EXCHANGE)
    assert public.returncode != 0
    assert "grant_types" in public.stderr


def test_the_files_and_the_registration_are_reviewed(broker: Broker, reports: Service) -> None:
    shown = broker.cli_json("client", "show", "reports")
    assert shown["upstream_token_providers"] == ["keeper"]
    check = broker.cli("provider", "check", "keeper", "--providers", str(broker.providers))
    assert "stay here, sealed" in check.stdout
    broker.add_service("mistaken", *GRANTS, "--upstream-token-provider", "local")
    review = broker.cli("client", "check", "mistaken", "--providers", str(broker.providers))
    assert "upstream_tokens" in review.stdout
