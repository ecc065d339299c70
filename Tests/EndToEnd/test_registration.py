"""Clients that register themselves and manage what they registered (RFC 7591, RFC 7592)."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from cryptojwt.key_jar import build_keyjar
from idpyoidc.client.oidc.registration import Registration
from idpyoidc.client.rp_handler import RPHandler

from conftest import BrokerMaker
from support.broker import Account, Broker, Service
from support.login import decide, log_in_locally, login_page
from support.oauth import authorization, token_request, userinfo
from support.person import Person, location_of
from support.refusal import assert_oauth_error

PARKS = {
    "client_name": "Parks",
    "redirect_uris": ["https://parks.city.example/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile email",
    "contacts": ["parks@city.example"],
}
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("registration")
    broker.start()
    return broker


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana", "Jana Kováčová")


def initial_token(broker: Broker, *options: str) -> str:
    made = broker.cli_json("client", "token", "create", *options)
    broker.ledger.note("initial access token", made["token"])
    return made["token"]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def register(broker: Broker, token: str, **changes: object) -> httpx.Response:
    answer = httpx.post(broker.url("/oauth2/register"), json=PARKS | changes, headers=bearer(token))
    if answer.status_code == 201:
        broker.ledger.note("client secret", answer.json().get("client_secret"))
        broker.ledger.note("registration access token", answer.json()["registration_access_token"])
    return answer


def service_of(registered: dict[str, object]) -> Service:
    return Service(
        str(registered["client_id"]),
        str(registered["redirect_uris"][0]),
        str(registered["client_name"]),
        registered.get("client_secret"),
        str(registered["scope"]),
    )


def test_discovery_says_where(broker: Broker) -> None:
    document = httpx.get(broker.url("/.well-known/openid-configuration")).json()
    assert document["registration_endpoint"] == broker.url("/oauth2/register")


def test_a_client_registers_logs_in_changes_and_goes(broker: Broker, jana: Account, person: Person) -> None:
    answer = register(broker, initial_token(broker, "--note", "parks"))
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    registered = answer.json()
    assert registered["token_endpoint_auth_method"] == "client_secret_basic"
    assert registered["client_secret_expires_at"] == 0
    assert "contacts" not in registered
    service = service_of(registered)
    shown = broker.cli_json("client", "show", service.client_id)
    assert shown["client_name"] == "Parks"
    assert shown["first_party"] is False

    request = authorization(broker, service)
    page = log_in_locally(person, login_page(person, request), jana)
    tokens = request.tokens_for(request.code_from(decide(person, page, "allow", service.redirect_uri)))
    assert userinfo(broker, tokens["access_token"]).json()["email"] == jana.email

    address, access = registered["registration_client_uri"], bearer(registered["registration_access_token"])
    read = httpx.get(address, headers=access)
    assert read.status_code == 200
    assert read.json() == {name: value for name, value in registered.items() if not name.startswith("client_secret")}
    changed = httpx.put(address, headers=access, json=PARKS | {"client_id": service.client_id, "client_name": "Green"})
    assert changed.status_code == 200, changed.text
    assert changed.json()["client_name"] == "Green"
    assert "client_secret" not in changed.json()
    again = token_request(broker, service, {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]})
    assert again.status_code == 200, "the secret is as it was"
    broker.ledger.note("refreshed", again.json()["access_token"])

    gone = httpx.delete(address, headers=access)
    assert (gone.status_code, gone.content) == (204, b"")
    assert userinfo(broker, again.json()["access_token"]).status_code == 401
    assert httpx.get(address, headers=access).status_code == 401
    assert broker.cli("client", "show", service.client_id).returncode == 1
    kinds = [event["event"] for event in broker.cli_json("audit", "--client", service.client_id)]
    assert {"client.created", "client.changed", "client.deleted"} <= set(kinds)


class RegistrationByToken(Registration):
    """The library's own registration, which leaves the initial access token to its user."""

    token = ""

    def get_authn_header(self, request: object, authn_method: str, **_: object) -> dict[str, str]:
        """Send the token."""
        return bearer(self.token)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_idpyoidc_registers_itself_and_logs_in(broker: Broker, jana: Account, person: Person, method: str) -> None:
    back = f"https://{method.replace('_', '-')}.idpy.example/callback"
    # The library takes a scope of several words for one word, which it does not know.
    RegistrationByToken.token = initial_token(broker, "--scope", "openid")
    services = {
        name: {"class": f"idpyoidc.client.oidc.{path}"}
        for name, path in {
            "discovery": "provider_info_discovery.ProviderInfoDiscovery",
            "authorization": "authorization.Authorization",
            "access_token": "access_token.AccessToken",
            "userinfo": "userinfo.UserInfo",
            "registration_read": "read_registration.RegistrationRead",
        }.items()
    }
    handler = RPHandler(
        base_url="https://idpyoidc.city.example",
        keyjar=build_keyjar([{"type": "RSA", "use": ["sig"]}]),
        client_configs={
            "drawbridge": {
                "client_type": "oidc",
                "issuer": broker.issuer,
                "client_name": "Idpy",
                "application_type": "web",
                "contacts": ["ops@idpy.example"],
                "redirect_uris": [back],
                "response_types_supported": ["code"],
                "token_endpoint_auth_methods_supported": [method],
                "client_authn_methods": {
                    "client_secret_basic": "idpyoidc.client.client_auth.ClientSecretBasic",
                    "client_secret_post": "idpyoidc.client.client_auth.ClientSecretPost",
                    "bearer_header": "idpyoidc.client.client_auth.BearerHeader",
                },
                "add_ons": {
                    "pkce": {
                        "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                        "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
                    }
                },
                "services": services | {"registration": {"class": RegistrationByToken}},
            }
        },
    )
    link = handler.begin(issuer_id="drawbridge", req_args={"scope": ["openid"]})
    client = handler.issuer2rp[broker.issuer]
    response = client.context.registration_response
    for secret in ("client_secret", "registration_access_token"):
        broker.ledger.note(secret, response[secret])
    assert response["client_id"] == client.context.claims.get_usage("client_id")
    assert response["token_endpoint_auth_method"] == method
    page = log_in_locally(person, person.open(link), jana)
    callback = location_of(decide(person, page, "allow", back))
    result = handler.finalize(broker.issuer, dict(httpx.URL(callback).params.items()))
    assert "error" not in result, result
    assert result["userinfo"]["sub"] == result["id_token"]["sub"]
    read = client.do_request("registration_read", authn_method="client_secret_basic")
    assert read["client_id"] == response["client_id"]


def test_a_token_registers_as_many_as_it_may_however_fast(broker: Broker) -> None:
    token = initial_token(broker, "--uses", "3")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: register(broker, token, client_name=f"C{number}"), range(12)))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [401] * 9
    listed = next(entry for entry in broker.cli_json("client", "token", "list") if entry["uses_left"] == 0)
    assert "token" not in listed


def test_a_token_says_the_most_a_client_gets(broker: Broker) -> None:
    token = initial_token(broker, "--uses", "5", "--scope", "openid email", "--provider", "local")
    assert_oauth_error(register(broker, token), "invalid_client_metadata")
    given = register(broker, token, scope=None).json()
    assert (given["scope"], given["providers"]) == ("openid email", ["local"])
    other = register(broker, token, scope="openid", providers=["google"])
    assert_oauth_error(other, "invalid_client_metadata")
    assert "local" in other.json()["error_description"]


def test_a_token_that_was_taken_back_registers_nobody(broker: Broker) -> None:
    made = broker.cli_json("client", "token", "create", "--uses", "2", "--note", "gone soon")
    broker.ledger.note("initial access token", made["token"])
    assert register(broker, made["token"]).status_code == 201
    broker.cli_json("client", "token", "revoke", made["id"])
    assert_oauth_error(register(broker, made["token"]), "invalid_token", 401)
    assert broker.cli("client", "token", "revoke", made["id"]).returncode == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://parks.city.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://parks.city.example/#a"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": "https://parks.city.example/"}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"https://parks.city.example/{number}" for number in range(17)]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://parks.city.example/" + "a" * 2000]}, "invalid_redirect_uri"),
        ({"grant_types": ["authorization_code", "client_credentials"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"response_types": ["code", "id_token"]}, "invalid_client_metadata"),
        ({"scope": "openid tickets:admin"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_jwt"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        (
            {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://127.0.0.1/jwks"},
            "invalid_client_metadata",
        ),
        ({"client_name": "a\nb"}, "invalid_client_metadata"),
        ({"client_name": ["Parks"]}, "invalid_client_metadata"),
        ({"logo_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"subject_type": "pairwise", "sector_identifier_uri": "https://127.0.0.1/x"}, "invalid_client_metadata"),
        ({"subject_type": "pairwise", "sector_identifier_uri": "https://[::1]/x"}, "invalid_client_metadata"),
        ({"subject_type": "pairwise", "sector_identifier_uri": "https://intranet/x"}, "invalid_client_metadata"),
        ({"subject_type": "pairwise", "sector_identifier_uri": "https://127.1/x"}, "invalid_client_metadata"),
        ({"subject_type": "pairwise", "sector_identifier_uri": "http://city.example/x"}, "invalid_client_metadata"),
        ({"subject_type": "pairwise", "sector_identifier_uri": "file:///etc/passwd"}, "invalid_client_metadata"),
        ({"software_statement": "eyJhbGciOiJub25lIn0.e30."}, "unapproved_software_statement"),
        ({"providers": ["no-such"]}, "invalid_client_metadata"),
        ({"providers": []}, "invalid_client_metadata"),
    ],
)
def test_bad_metadata_is_named_and_registers_nothing(broker: Broker, changes: dict[str, object], error: str) -> None:
    before = len(broker.cli_json("client", "list"))
    assert_oauth_error(register(broker, initial_token(broker), **changes), error)
    assert len(broker.cli_json("client", "list")) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"redirect_uris":["https://a.example/"],"redirect_uris":["https://b.example/"]}', 400),
        (b'{"redirect_uris":' + b"[" * 5000, 400),
        (b"\xff\xfe{}", 400),
        (b'{"client_name":"' + b"a" * 70_000 + b'"}', 413),
    ],
    ids=["nothing", "null", "a list", "half", "repeated", "deep", "not UTF-8", "too long"],
)
def test_a_body_that_is_no_metadata(broker: Broker, body: bytes, status: int) -> None:
    headers = bearer(initial_token(broker)) | {"Content-Type": "application/json"}
    answer = httpx.post(broker.url("/oauth2/register"), content=body, headers=headers)
    assert answer.status_code == status, answer.text
    form = httpx.post(broker.url("/oauth2/register"), data={"client_name": "x"}, headers=bearer(initial_token(broker)))
    assert_oauth_error(form, "invalid_request")


@pytest.mark.parametrize("authorization_header", [None, "Bearer", "Bearer x", "Basic eDp5", "Bearer " + "a" * 9000])
@pytest.mark.parametrize("verb", ["POST", "GET", "PUT", "DELETE"])
def test_without_the_right_token_nothing_is_told(broker: Broker, verb: str, authorization_header: str | None) -> None:
    path = "/oauth2/register" if verb == "POST" else "/oauth2/register/anything"
    headers = {"Content-Type": "application/json"}
    if authorization_header is not None:
        headers["Authorization"] = authorization_header
    answer = httpx.request(verb, broker.url(path), content=json.dumps(PARKS), headers=headers)
    assert_oauth_error(answer, "invalid_token", 401)
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_one_client_has_no_access_to_anothers_registration(broker: Broker) -> None:
    token = initial_token(broker, "--uses", "2")
    one, two = register(broker, token).json(), register(broker, token).json()
    access = bearer(one["registration_access_token"])
    address = two["registration_client_uri"]
    for answer in (
        httpx.get(address, headers=access),
        httpx.put(address, headers=access, json=PARKS | {"client_id": two["client_id"]}),
        httpx.delete(address, headers=access),
        httpx.get(address, headers=bearer(token)),
    ):
        assert_oauth_error(answer, "invalid_token", 401)
    swapped = httpx.put(one["registration_client_uri"], headers=access, json=PARKS | {"client_id": two["client_id"]})
    assert_oauth_error(swapped, "invalid_client_metadata")
    assert httpx.get(address, headers=bearer(two["registration_access_token"])).status_code == 200


@pytest.mark.parametrize(
    "options", [["--uses", "0"], ["--uses", "-1"], ["--expires-in", "soon"], ["--expires-in", "0s"], ["--note", "a\nb"]]
)
def test_a_token_nobody_could_use_is_not_made(broker: Broker, options: list[str]) -> None:
    before = len(broker.cli_json("client", "token", "list"))
    assert broker.cli("client", "token", "create", *options).returncode == 64
    assert len(broker.cli_json("client", "token", "list")) == before


def test_a_registered_client_may_not_be_more_than_it_said(broker: Broker, jana: Account, person: Person) -> None:
    """What only an operator gives is not heard, so people are asked."""
    registered = register(broker, initial_token(broker), first_party=True, introspection=True).json()
    service = service_of(registered)
    answer = httpx.post(broker.url("/oauth2/introspect"), data={"token": "x"}, auth=service.basic)
    assert_oauth_error(answer, "unauthorized_client")
    request = authorization(broker, service)
    page = log_in_locally(person, login_page(person, request), jana)
    assert page.url.path == "/consent"
