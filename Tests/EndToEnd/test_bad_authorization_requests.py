"""What bad input gets at the authorization endpoint."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.oauth import authorization
from support.person import HTML, location_of, query_of
from support.refusal import assert_no_code, assert_page, browse

CALLBACK = "https://transport.city.example/callback"
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


@pytest.fixture(scope="module")
def transport(broker: Broker) -> Service:
    return broker.add_service("transport", redirect_uri=CALLBACK)


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
        pytest.param({"provider": "nobody"}, "invalid_request", id="unknown provider"),
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


@pytest.mark.parametrize("length", [3_000, 70_000])
@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "state", "scope", "nonce", "code_challenge"])
def test_an_oversized_parameter_is_refused(name: str, length: int, broker: Broker, transport: Service) -> None:
    response = browse_at_length(authorization(broker, transport, **{name: "a" * length}).url)
    assert_no_code(response)
    if "location" in response.headers:
        assert location_of(response).startswith(CALLBACK + "?")
        assert query_of(location_of(response))["error"] in ("invalid_request", "invalid_scope")
        assert len(location_of(response)) < 2_000, "what was too long does not come back"
    else:
        assert 400 <= response.status_code < 500


def browse_at_length(url: str) -> httpx.Response:
    """A GET of a URL longer than httpx would send."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": HTML})
    answer = connection.getresponse()
    return httpx.Response(
        answer.status, headers=answer.getheaders(), content=answer.read(), request=httpx.Request("GET", url[:1000])
    )


def test_more_parameters_than_anybody_needs_are_refused(broker: Broker, transport: Service) -> None:
    extra = "".join(f"&extra{number}=x" for number in range(1000))
    response = browse(authorization(broker, transport).url + extra)
    assert_no_code(response)
    assert response.status_code == 400


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
