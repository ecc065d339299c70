"""What bad input gets at the authorization endpoint, the token endpoint and the callbacks."""

from __future__ import annotations

import base64
import secrets
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import httpx
import pytest

from conftest import BrokerMaker
from support import sister
from support.broker import Account, Broker, Service
from support.login import code_by_local_login
from support.oauth import authorization, challenge_of, noted_tokens, refresh, token_request, userinfo
from support.person import Person, location_of, query_of
from support.ports import answers
from support.refusal import assert_no_code, assert_oauth_error, assert_page, browse

CALLBACK = "https://transport.city.example/callback"


@pytest.fixture(scope="module")
def second_broker(make_broker: BrokerMaker) -> Broker:
    upstream = make_broker("upstream", host="127.0.0.1")
    upstream.start()
    return upstream


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, second_broker: Broker) -> Broker:
    broker = make_broker()
    sister.connect(broker, second_broker, "sister-a", "Sister A")
    sister.connect(broker, second_broker, "sister-b", "Sister B")
    broker.start()
    return broker


@pytest.fixture(autouse=True)
def still_alive(broker: Broker) -> None:
    """Nothing may bring the broker down."""
    yield
    assert broker.process is not None
    assert broker.process.poll() is None
    assert answers(broker.url("/health/live"))


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport", redirect_uri=CALLBACK)


@pytest.fixture(scope="module")
def parking(broker: Broker) -> Service:
    return broker.add_service("parking", public=True)


@pytest.fixture(scope="module")
def jana(broker: Broker) -> Account:
    return broker.add_account("jana")


def test_an_unknown_client_gets_a_page_and_no_redirect(broker: Broker, transport: Service) -> None:
    assert_page(browse(authorization(broker, transport, client_id="nobody").url))


@pytest.mark.parametrize(
    "redirect_uri",
    [
        pytest.param("https://elsewhere.example/callback", id="unregistered"),
        pytest.param("https://transport.city.example/", id="prefix"),
        pytest.param("https://transport.city.example/callback/more", id="longer path"),
        pytest.param("https://transport.city.example/callbacks", id="suffix"),
        pytest.param("https://transport.city.example/callback/", id="slash at its end"),
        pytest.param("https://transport.city.example/callback?a=b", id="query added"),
        pytest.param("https://transport.city.example/callback?", id="empty query"),
        pytest.param("https://transport.city.example/Callback", id="path in capitals"),
        pytest.param("https://TRANSPORT.city.example/callback", id="host in capitals"),
        pytest.param("HTTPS://transport.city.example/callback", id="scheme in capitals"),
        pytest.param("https://transport.city.example/callback#", id="empty fragment"),
        pytest.param("https://transport.city.example/callback#x", id="fragment"),
        pytest.param("http://transport.city.example/callback", id="plain http"),
        pytest.param("https://transport.city.example:443/callback", id="default port"),
        pytest.param("https://transport.city.example:8443/callback", id="another port"),
        pytest.param("https://transport.city.example@elsewhere.example/callback", id="user info"),
        pytest.param("https://elsewhere.example\\@transport.city.example/callback", id="backslash"),
        pytest.param("https://transport.city.example%2eelsewhere.example/callback", id="escaped dot"),
        pytest.param("https://transport.city.example/x/../callback", id="dot segments"),
        pytest.param("https://transport.city.example/%63allback", id="escaped letter"),
        pytest.param("https://transport.city.example./callback", id="dot after the host"),
        pytest.param("https://transport.city.example.elsewhere.example/callback", id="host suffix"),
        pytest.param("https://evil-transport.city.example/callback", id="host prefix"),
        pytest.param("https://transportXcity.example/callback", id="any character for a dot"),
        pytest.param("https://trаnsport.city.example/callback", id="Cyrillic а"),
        pytest.param("https://transport.city.example/callback\r\nX: y", id="line break"),
        pytest.param(" https://transport.city.example/callback", id="leading space"),
        pytest.param("https://transport.city.example/callback\x00", id="NUL"),
        pytest.param("//transport.city.example/callback", id="no scheme"),
        pytest.param("/callback", id="relative"),
        pytest.param("javascript:alert(1)", id="javascript"),
        pytest.param("data:text/html,x", id="data"),
        pytest.param("http://localhost/callback", id="loopback, not registered"),
        pytest.param("", id="empty"),
        pytest.param(None, id="missing"),
    ],
)
def test_a_redirect_uri_that_is_not_exactly_registered_is_never_followed(
    redirect_uri: str | None, broker: Broker, transport: Service
) -> None:
    response = browse(authorization(broker, transport, redirect_uri=redirect_uri).url)
    if redirect_uri is None and response.is_redirect:
        pytest.fail("a redirect URI must be named even when only one is registered")
    assert_page(response)


@pytest.mark.parametrize(
    ("redirect_uri", "accepted"),
    [
        ("http://127.0.0.1:51999/callback", True),
        ("http://127.0.0.1/callback", True),
        ("http://127.0.0.1:51999/elsewhere", False),
        ("http://localhost:51999/callback", False),
        ("http://[::1]:51999/callback", False),
        ("https://127.0.0.1:51999/callback", False),
        ("http://127.0.0.1:51999@elsewhere.example/callback", False),
        ("http://127.0.0.1.elsewhere.example:51999/callback", False),
        ("http://127.1:51999/callback", False),
        ("http://127.0.0.1:99999/callback", False),
    ],
)
def test_only_the_port_of_a_native_apps_loopback_address_is_free(
    redirect_uri: str, accepted: bool, broker: Broker
) -> None:
    native = Service("native", "http://127.0.0.1/callback", "Native", None, "openid")
    if broker.cli("client", "show", "native").returncode != 0:
        broker.add_service("native", public=True, redirect_uri=native.redirect_uri, scope="openid")
    response = browse(authorization(broker, native, redirect_uri=redirect_uri).url)
    if accepted:
        assert response.status_code in (200, 303)
        assert not response.is_redirect or location_of(response).startswith(broker.issuer)
    else:
        assert_page(response)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"response_type": None}, "invalid_request", id="no response type"),
        pytest.param({"response_type": ""}, "invalid_request", id="empty response type"),
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="implicit"),
        pytest.param({"response_type": "code token"}, "unsupported_response_type", id="hybrid"),
        pytest.param({"code_challenge": None, "code_challenge_method": None}, "invalid_request", id="no PKCE"),
        pytest.param({"code_challenge": None}, "invalid_request", id="method without challenge"),
        pytest.param({"code_challenge_method": None}, "invalid_request", id="plain by omission"),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain"),
        pytest.param({"code_challenge_method": "s256"}, "invalid_request", id="method in small letters"),
        pytest.param({"code_challenge": ""}, "invalid_request", id="empty challenge"),
        pytest.param({"code_challenge": "a" * 42}, "invalid_request", id="short challenge"),
        pytest.param({"code_challenge": "a" * 129}, "invalid_request", id="long challenge"),
        pytest.param({"code_challenge": "=" * 43}, "invalid_request", id="challenge that is not base64url"),
        pytest.param({"scope": "openid everything"}, "invalid_scope", id="unknown scope"),
        pytest.param({"scope": 'openid "quoted"'}, "invalid_scope", id="scope with forbidden characters"),
        pytest.param({"prompt": "none login"}, "invalid_request", id="prompt none and more"),
        pytest.param({"max_age": "soon"}, "invalid_request", id="max_age not a number"),
        pytest.param({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported", id="request object"),
        pytest.param({"response_mode": "fragment"}, "invalid_request", id="fragment mode"),
    ],
)
def test_a_bad_parameter_goes_back_to_the_client_as_an_error(
    changes: dict[str, str | None], error: str, broker: Broker, transport: Service
) -> None:
    request = authorization(broker, transport, **changes)
    assert request.error_from(browse(request.url)) == error


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
@pytest.mark.parametrize("second", ["same", "other"])
def test_a_repeated_client_or_redirect_uri_gets_a_page(
    name: str, second: str, broker: Broker, transport: Service
) -> None:
    request = authorization(broker, transport)
    value = request.parameters[name] if second == "same" else "https://elsewhere.example/"
    for url in (
        f"{request.url}&{urlencode({name: value})}",
        request.url.replace("?", f"?{urlencode({name: value})}&", 1),
    ):
        assert_page(browse(url))


@pytest.mark.parametrize(
    "name", ["response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method"]
)
def test_any_other_repeated_parameter_is_an_invalid_request(name: str, broker: Broker, transport: Service) -> None:
    request = authorization(broker, transport)
    response = browse(f"{request.url}&{urlencode({name: request.parameters[name]})}")
    target = location_of(response)
    assert target.startswith(CALLBACK + "?")
    assert query_of(target)["error"] == "invalid_request"
    assert "code" not in query_of(target)


@pytest.mark.parametrize("escaped", ["%ff", "%c3%28", "%ed%a0%80", "%00", "%", "%zz", "%e2%82"])
@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "nonce"])
def test_bytes_that_are_no_text_are_refused(name: str, escaped: str, broker: Broker, transport: Service) -> None:
    request = authorization(broker, transport, **{name: None})
    response = browse(f"{request.url}&{name}={escaped}")
    assert_no_code(response)
    if "location" in response.headers:
        assert location_of(response).startswith(CALLBACK + "?")
        assert query_of(location_of(response))["error"] in ("invalid_request", "invalid_scope")
    else:
        assert response.status_code == 400


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "nonce", "anything_else"])
def test_an_oversized_parameter_is_refused(name: str, broker: Broker, transport: Service) -> None:
    request = authorization(broker, transport, **{name: "a" * 70_000})
    response = browse(request.url)
    assert_no_code(response)
    assert 400 <= response.status_code < 500 or query_of(location_of(response))["error"] in (
        "invalid_request",
        "invalid_scope",
    )


def test_a_posted_authorization_request_over_64_kib_is_413(broker: Broker, transport: Service) -> None:
    request = authorization(broker, transport)
    response = httpx.post(broker.url("/oauth2/authorize"), data=request.parameters | {"extra": "a" * 66_000})
    assert response.status_code == 413


def test_a_posted_authorization_request_is_as_good_as_a_get(broker: Broker, transport: Service) -> None:
    request = authorization(broker, transport)
    response = httpx.post(broker.url("/oauth2/authorize"), data=request.parameters)
    assert response.status_code == 303
    assert location_of(response).startswith(broker.issuer + "/login")


def test_a_posted_authorization_request_of_another_content_type_is_refused(broker: Broker, transport: Service) -> None:
    response = httpx.post(broker.url("/oauth2/authorize"), json=authorization(broker, transport).parameters)
    assert response.status_code in (400, 415)


def test_headers_without_end_are_refused(broker: Broker) -> None:
    response = httpx.get(broker.url("/login"), headers={"X-Long": "a" * 200_000})
    assert 400 <= response.status_code < 500


GOOD_FORM = {"grant_type": "authorization_code", "code": "c", "redirect_uri": CALLBACK, "code_verifier": "v" * 43}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        pytest.param("", "invalid_request", id="nothing at all"),
        pytest.param("grant_type=", "invalid_request", id="empty grant type"),
        pytest.param("grant_type=password&username=a&password=b", "unsupported_grant_type", id="password grant"),
        pytest.param("grant_type=%ff", "invalid_request", id="not UTF-8"),
        pytest.param("grant_type=authorization_code", "invalid_request", id="no code"),
        pytest.param("grant_type=authorization_code&code=", "invalid_request", id="empty code"),
        pytest.param(urlencode(GOOD_FORM), "invalid_grant", id="unknown code"),
        pytest.param(urlencode(GOOD_FORM) + "&code=d", "invalid_request", id="two codes"),
        pytest.param(urlencode(GOOD_FORM) + "&code=c", "invalid_request", id="the same code twice"),
        pytest.param(urlencode(GOOD_FORM) + "&grant_type=refresh_token", "invalid_request", id="two grant types"),
        pytest.param(urlencode(GOOD_FORM) + "&redirect_uri=x", "invalid_request", id="two redirect URIs"),
        pytest.param(urlencode(GOOD_FORM) + "&code_verifier=x", "invalid_request", id="two verifiers"),
        pytest.param(urlencode(GOOD_FORM | {"code": "%00"}), "invalid_grant", id="strange code"),
        pytest.param("grant_type=refresh_token", "invalid_request", id="no refresh token"),
        pytest.param("grant_type=refresh_token&refresh_token=nonsense", "invalid_grant", id="unknown refresh token"),
    ],
)
def test_the_token_endpoint_names_what_is_wrong(form: str, error: str, broker: Broker, transport: Service) -> None:
    response = httpx.post(
        broker.url("/oauth2/token"),
        content=form,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=transport.basic,
    )
    assert_oauth_error(response, error)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", None])
def test_the_token_endpoint_takes_forms_only(content_type: str | None, broker: Broker, transport: Service) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    response = httpx.post(
        broker.url("/oauth2/token"), content=urlencode(GOOD_FORM), headers=headers, auth=transport.basic
    )
    assert response.status_code in (400, 415)
    assert response.json()["error"] == "invalid_request"


@pytest.mark.parametrize("path", ["/oauth2/token", "/oauth2/store", "/login/local", "/consent"])
def test_a_body_over_64_kib_is_413(path: str, broker: Broker) -> None:
    kind = "application/json" if path == "/oauth2/store" else "application/x-www-form-urlencoded"
    response = httpx.post(broker.url(path), content=b"a" * 66_000, headers={"Content-Type": kind})
    assert response.status_code == 413


def test_the_token_endpoint_is_post_only(broker: Broker) -> None:
    assert httpx.get(broker.url("/oauth2/token")).status_code == 405


@pytest.mark.parametrize(
    "credential",
    [
        pytest.param("transport:wrong-secret", id="wrong secret"),
        pytest.param("transport:", id="empty secret"),
        pytest.param("nobody:whatever", id="unknown client"),
        pytest.param("parking:whatever", id="secret for a public client"),
        pytest.param("transport", id="no colon"),
        pytest.param("\xff:\xff", id="not UTF-8"),
    ],
)
def test_a_client_that_cannot_prove_itself_is_told_how(
    credential: str, broker: Broker, transport: Service, parking: Service
) -> None:
    encoded = base64.b64encode(credential.encode("latin-1")).decode()
    response = httpx.post(broker.url("/oauth2/token"), data=GOOD_FORM, headers={"Authorization": f"Basic {encoded}"})
    assert_oauth_error(response, "invalid_client", 401)
    assert response.headers["www-authenticate"].startswith("Basic")


def test_a_confidential_client_that_names_no_secret_is_refused(broker: Broker, transport: Service) -> None:
    response = token_request(broker, transport, dict(GOOD_FORM), "none")
    assert_oauth_error(response, "invalid_client", 401)


def test_two_ways_to_prove_oneself_at_once_are_one_too_many(broker: Broker, transport: Service) -> None:
    form = GOOD_FORM | {"client_id": transport.client_id, "client_secret": transport.secret or ""}
    response = httpx.post(broker.url("/oauth2/token"), data=form, auth=transport.basic)
    assert_oauth_error(response, "invalid_request")


def test_a_code_used_again_ends_what_came_of_it(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    tokens = request.tokens_for(code)
    assert userinfo(broker, tokens["access_token"]).status_code == 200
    assert_oauth_error(request.redeem(code), "invalid_grant")
    assert userinfo(broker, tokens["access_token"]).status_code == 401
    assert_oauth_error(refresh(broker, transport, tokens["refresh_token"]), "invalid_grant")


def test_another_clients_code_is_refused(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    other = broker.add_service("other")
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    form = GOOD_FORM | {"code": code, "code_verifier": request.verifier}
    assert_oauth_error(token_request(broker, other, dict(form)), "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"redirect_uri": "https://transport.city.example/other"}, "invalid_grant", id="other URI"),
        pytest.param({"redirect_uri": "https://elsewhere.example/"}, "invalid_grant", id="foreign URI"),
        pytest.param({"redirect_uri": ""}, "invalid_request", id="empty URI"),
        pytest.param({"redirect_uri": None}, "invalid_request", id="no URI"),
        pytest.param({"code_verifier": "w" * 64}, "invalid_grant", id="wrong verifier"),
        pytest.param({"code_verifier": None}, "invalid_grant", id="no verifier"),
        pytest.param({"code_verifier": ""}, "invalid_request", id="empty verifier"),
        pytest.param({"code_verifier": "short"}, "invalid_grant", id="short verifier"),
        pytest.param({"code_verifier": "ž" * 64}, "invalid_grant", id="verifier of other characters"),
    ],
)
def test_a_code_redeemed_otherwise_than_it_was_asked_for_is_refused(
    changes: dict[str, str | None],
    error: str,
    broker: Broker,
    transport: Service,
    jana: Account,
    person: Person,
) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    response = request.redeem(code, **changes)
    assert response.status_code == 400
    assert response.json()["error"] in {error, "invalid_grant", "invalid_request"}
    assert "access_token" not in response.json()


def test_the_challenge_itself_is_no_verifier(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    assert_oauth_error(request.redeem(code, code_verifier=challenge_of(request.verifier)), "invalid_grant")


def test_of_fifty_simultaneous_redemptions_one_wins_and_the_replay_ends_the_grant(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    code = code_by_local_login(person, request, jana)
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda _: request.redeem(code), range(50)))
    winners = [response for response in responses if response.status_code == 200]
    losers = [response for response in responses if response.status_code != 200]
    assert len(winners) == 1
    for response in losers:
        assert_oauth_error(response, "invalid_grant")
    tokens = noted_tokens(broker, winners[0])
    assert userinfo(broker, tokens["access_token"]).status_code == 401
    assert_oauth_error(refresh(broker, transport, tokens["refresh_token"]), "invalid_grant")


def test_fifty_simultaneous_refreshes_leave_one_lineage(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    first = request.tokens_for(code_by_local_login(person, request, jana))["refresh_token"]
    with ThreadPoolExecutor(50) as pool:
        responses = list(pool.map(lambda _: refresh(broker, transport, first), range(50)))
    assert {response.status_code for response in responses} <= {200, 400}
    successors = {
        noted_tokens(broker, response)["refresh_token"] for response in responses if response.status_code == 200
    }
    assert len(successors) == 1, "all who won hold the same successor"


def test_an_old_refresh_token_used_again_ends_the_grant(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    request = authorization(broker, transport)
    tokens = [request.tokens_for(code_by_local_login(person, request, jana))]
    for _ in range(2):
        answer = refresh(broker, transport, tokens[-1]["refresh_token"])
        assert answer.status_code == 200, answer.text
        tokens.append(noted_tokens(broker, answer))
    assert_oauth_error(refresh(broker, transport, tokens[0]["refresh_token"]), "invalid_grant")
    assert_oauth_error(refresh(broker, transport, tokens[-1]["refresh_token"]), "invalid_grant")
    assert userinfo(broker, tokens[-1]["access_token"]).status_code == 401


@pytest.mark.parametrize("token", ["", "nonsense", "eyJhbGciOiJub25lIn0.e30.", "a" * 8000])
def test_userinfo_refuses_a_token_that_is_none_of_ours(token: str, broker: Broker) -> None:
    response = userinfo(broker, token) if token else httpx.get(broker.url("/oauth2/userinfo"))
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_a_refresh_token_is_no_access_token(broker: Broker, transport: Service, jana: Account, person: Person) -> None:
    request = authorization(broker, transport)
    tokens = request.tokens_for(code_by_local_login(person, request, jana))
    assert userinfo(broker, tokens["refresh_token"]).status_code == 401
    assert_oauth_error(refresh(broker, transport, tokens["access_token"]), "invalid_grant")


def upstream_state(person: Person, broker: Broker, service: Service, provider: str) -> str:
    """Begin a login at ``provider``; answers the state its callback expects."""
    response = person.get(authorization(broker, service, provider=provider).url)
    for _ in range(5):
        if not location_of(response).startswith(broker.issuer):
            return query_of(location_of(response))["state"]
        response = person.get(location_of(response))
    raise AssertionError("never sent upstream")


@pytest.mark.parametrize("answer", [{"code": "a-code-of-b"}, {"error": "access_denied"}])
def test_the_state_of_one_provider_is_worth_nothing_at_another(
    answer: dict[str, str], broker: Broker, transport: Service, person: Person
) -> None:
    state = upstream_state(person, broker, transport, "sister-a")
    query = urlencode(answer | {"state": state})
    assert_page(person.get(broker.url(f"/login/sister-b/callback?{query}")), 400, 403)


@pytest.mark.parametrize("state", ["", "nonsense", None])
def test_a_callback_without_a_good_state_is_refused(state: str | None, broker: Broker, person: Person) -> None:
    query = {"code": "c"} | ({} if state is None else {"state": state})
    assert_page(person.get(broker.url(f"/login/sister-a/callback?{urlencode(query)}")), 400, 403)


def test_a_callback_in_another_browser_is_refused(broker: Broker, transport: Service, person: Person) -> None:
    state = upstream_state(person, broker, transport, "sister-a")
    with Person() as other:
        other.get(authorization(broker, transport).url)
        query = urlencode({"code": "c", "state": state})
        assert_page(other.get(broker.url(f"/login/sister-a/callback?{query}")), 400, 403)


def test_a_callback_that_names_another_issuer_is_refused(broker: Broker, transport: Service, person: Person) -> None:
    state = upstream_state(person, broker, transport, "sister-a")
    query = urlencode({"code": "c", "state": state, "iss": "https://somebody.else.example"})
    response = person.get(broker.url(f"/login/sister-a/callback?{query}"))
    assert_no_code(response)
    assert response.status_code in (400, 403, 502) or "error" in query_of(location_of(response))


def test_an_unknown_provider_is_a_404(broker: Broker, person: Person) -> None:
    assert person.get(broker.url("/login/nobody/callback?code=c&state=s")).status_code == 404
    assert person.get(broker.url("/login/nobody?payload=x")).status_code == 404


@pytest.mark.parametrize("path", ["/login", "/consent", "/login/sister-a", "/oauth2/continue"])
@pytest.mark.parametrize("payload", [None, "", "nonsense", "a" * 5000, "%ff", quote("ž" * 100)])
def test_a_page_without_a_good_payload_is_an_error_page(path: str, payload: str | None, broker: Broker) -> None:
    query = "" if payload is None else f"?payload={payload}"
    response = browse(broker.url(path + query))
    assert_no_code(response)
    if path == "/login" and payload is None:
        assert response.status_code in (200, 303, 400)
    else:
        assert_page(response)


@pytest.mark.parametrize("change", ["first", "middle", "last", "shorter", "longer"])
def test_an_altered_payload_is_refused(change: str, broker: Broker, transport: Service, person: Person) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    place = {"first": 0, "middle": len(payload) // 2, "last": len(payload) - 1}.get(change)
    if place is not None:
        other = "A" if payload[place] != "A" else "B"
        altered = payload[:place] + other + payload[place + 1 :]
    else:
        altered = payload[:-1] if change == "shorter" else payload + "A"
    assert_page(person.get(broker.url("/login"), params={"payload": altered}), 400, 403)


def test_a_login_form_from_another_browser_is_refused(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    fields = {"payload": payload, "username": jana.username, "password": jana.password}
    with Person() as other:
        other.get(authorization(broker, transport).url)
        response = other.post(broker.url("/login/local"), data=fields, headers={"Origin": broker.issuer})
        assert_page(response, 400, 403)
        assert other.cookie("drawbridge-session") is None


def test_a_login_form_posted_by_another_site_is_refused(
    broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    fields = {"payload": payload, "username": jana.username, "password": jana.password}
    response = person.post(broker.url("/login/local"), data=fields, headers={"Origin": "https://elsewhere.example"})
    assert_page(response, 400, 403)
    assert person.cookie("drawbridge-session") is None


@pytest.mark.parametrize("field", ["username", "password", "payload"])
@pytest.mark.parametrize("value", ["", "a" * 5000, "\x00", "%ff"])
def test_strange_values_in_the_account_form_log_nobody_in(
    field: str, value: str, broker: Broker, transport: Service, jana: Account, person: Person
) -> None:
    payload = query_of(location_of(person.get(authorization(broker, transport).url)))["payload"]
    fields = {"payload": payload, "username": jana.username, "password": secrets.token_urlsafe(12)} | {field: value}
    body = urlencode(fields).replace("%25ff", "%ff")
    response = person.post(
        broker.url("/login/local"),
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": broker.issuer},
    )
    assert_no_code(response)
    assert person.cookie("drawbridge-session") is None
