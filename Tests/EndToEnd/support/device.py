"""A device without a browser (RFC 8628), and the person who lets it in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import httpx

from .broker import Account, Broker, Service
from .login import log_in_locally
from .oauth import token_request
from .person import Person, page_of

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


def add_television(broker: Broker, client_id: str = "television", *extra: str, public: bool = True) -> Service:
    """Register a client that gets in by device codes alone."""
    service = Service(
        client_id, "", "City Television", None if public else secrets.token_urlsafe(24), "openid profile email"
    )
    broker.ledger.note("client secret", service.secret)
    broker.cli_json(
        *("client", "create", "--id", client_id, "--name", service.name, "--scope", service.scope, "--first-party"),
        *("--grant-type", GRANT_TYPE, "--grant-type", "refresh_token"),
        *(["--public"] if public else [f"--secret={service.secret}"]),
        *extra,
    )
    return service


def device_authorization(broker: Broker, service: Service, **changes: str | None) -> httpx.Response:
    """Ask to be let in; ``changes`` bend the form, ``None`` leaves a field out."""
    form: dict[str, str | None] = {"scope": service.scope} | changes
    if service.secret is None:
        form.setdefault("client_id", service.client_id)
    body = {name: value for name, value in form.items() if value is not None}
    auth = service.basic if service.secret else None
    return httpx.post(broker.url("/oauth2/device_authorization"), data=body, auth=auth, timeout=30)


@dataclass(frozen=True)
class Device:
    """One device that waits to be let in."""

    broker: Broker
    service: Service
    answer: dict[str, str]

    @property
    def code(self) -> str:
        """What the person types."""
        return self.answer["user_code"]

    def poll(self, **changes: str | None) -> httpx.Response:
        """Ask whether somebody has let it in."""
        form: dict[str, str | None] = {"grant_type": GRANT_TYPE, "device_code": self.answer["device_code"]}
        return token_request(self.broker, self.service, form | changes)


def start(broker: Broker, service: Service) -> Device:
    """A device that has its codes."""
    response = device_authorization(broker, service)
    assert response.status_code == 200, response.text
    answer = response.json()
    broker.ledger.note("device code", answer["device_code"])
    broker.ledger.note("user code", answer["user_code"])
    broker.ledger.note("user code", answer["user_code"].replace("-", ""))
    return Device(broker, service, answer)


def type_code(person: Person, page: httpx.Response, code: str | None = None) -> httpx.Response:
    """Send the form for the code, as it is or with ``code`` in it."""
    form = page_of(page).form(action="/device", field_name="user_code")
    return person.submit(page, form, {} if code is None else {"user_code": code})


def to_question(person: Person, device: Device, account: Account) -> httpx.Response:
    """From the code to the question whether the device may in, logging in if that is asked for."""
    answer = type_code(person, person.open(device.broker.url("/device")), device.code)
    if answer.url.path == "/login":
        answer = log_in_locally(person, answer, account)
    assert answer.url.path == "/device/confirm", f"{answer.url}: {answer.text[:500]}"
    return answer


def answer_question(person: Person, page: httpx.Response, decision: str) -> httpx.Response:
    """Press one of the two buttons."""
    form = page_of(page).form(action="/device/confirm")
    assert decision in {value for name, value, _ in form.buttons if name == "decision"}, form.buttons
    return person.submit(page, form, {"decision": decision})


def let_in(person: Person, device: Device, account: Account) -> None:
    """The whole way of a person who lets the device in."""
    done = answer_question(person, to_question(person, device, account), "allow")
    assert done.url.path == "/device/allowed", f"{done.url}: {done.text[:500]}"
