"""W3C trace context: in with a request, into the log, out with the calls to a provider."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.oauth import authorization
from support.stub_server import StubHandler, StubServer

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Provider:
    """An OpenID provider that publishes its metadata and remembers what it was sent."""

    def __init__(self) -> None:
        """Start serving."""
        self.heads: list[dict[str, str]] = []
        provider = self

        class Handler(StubHandler):
            def do_GET(self) -> None:
                provider.heads.append({name.lower(): value for name, value in self.headers.items()})
                self.send(200, json.dumps(provider.metadata()).encode(), "application/json")

        self._server = StubServer(Handler)
        self.issuer = self._server.origin

    def metadata(self) -> dict[str, object]:
        """OpenID Connect Discovery §3."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + "/token",
            "jwks_uri": self.issuer + "/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.stop()


@pytest.fixture
def broker(make_broker: BrokerMaker, provider: Provider) -> Broker:
    broker = make_broker(options=["--log-format", "json", "--log-level", "debug"])
    broker.write_provider(
        {
            "id": "traced",
            "type": "oidc",
            "name": "Traced",
            "issuer": provider.issuer,
            "client_id": "drawbridge",
            "client_secret": "a-secret-of-drawbridge",
        }
    )
    broker.start()
    return broker


def go_to_provider(broker: Broker, service: Service, headers: dict[str, str]) -> set[str]:
    """Ask to log in at the provider; the Ray IDs of the broker's answers on the way there."""
    rays = set()
    url = authorization(broker, service, provider="traced").url
    with httpx.Client(headers=headers, timeout=30) as browser:
        while url.startswith(broker.issuer):
            answer = browser.get(url)
            assert answer.status_code == 303, answer.text
            rays.add(answer.headers["ray-id"])
            url = str(answer.url.join(answer.headers["location"]))
    return rays


def lines(broker: Broker, rays: set[str]) -> list[dict[str, object]]:
    """The log's lines about some requests."""
    found = [json.loads(line) for line in broker.log_text().splitlines() if line.startswith("{")]
    return [line for line in found if line.get("ray_id") in rays]


def test_a_trace_goes_through_the_broker(broker: Broker, provider: Provider) -> None:
    service = broker.add_service("library")
    rays = go_to_provider(broker, service, {"traceparent": PARENT, "tracestate": "rojo=00f067aa0ba902b7, congo=t61"})
    assert provider.heads, "the broker has asked for the metadata"
    spans = set()
    for head in provider.heads:
        version, trace, span, flags = head["traceparent"].split("-")
        assert (version, trace, flags) == ("00", TRACE, "01")
        assert re.fullmatch("[0-9a-f]{16}", span)
        spans.add(span)
        assert head["tracestate"] == "rojo=00f067aa0ba902b7,congo=t61"
    about = lines(broker, rays)
    assert {line["trace_id"] for line in about} == {TRACE}
    requests = {line["metadata"]["span_id"] for line in about if line["message"] == "Request"}
    calls = [line["metadata"] for line in about if line["message"] == "Upstream call"]
    assert {call["span_id"] for call in calls} == spans
    assert {call["parent_id"] for call in calls} <= requests
    assert "b7ad6b7169203331" not in requests | spans


@pytest.mark.parametrize(
    "headers", [{}, {"traceparent": "00-zz-01"}, {"traceparent": PARENT.upper()}, {"tracestate": "rojo=1"}]
)
def test_without_a_good_trace_there_is_none(headers: dict[str, str], broker: Broker, provider: Provider) -> None:
    service = broker.add_service("library")
    rays = go_to_provider(broker, service, headers)
    assert provider.heads
    for head in provider.heads:
        assert not {"traceparent", "tracestate"} & set(head)
    assert lines(broker, rays)
    for line in lines(broker, rays):
        assert "trace_id" not in json.dumps(line)
