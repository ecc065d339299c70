"""The load on one broker."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from .person import Browser, Person, authorize_path, code_of, log_in
from .phase import Phase, run_load
from .product import Product
from .services import REDIRECT_URI, SECRET, VERIFIER, Service

PEOPLE = 256


@dataclass(frozen=True)
class FirstTokens:
    """Milliseconds of a client's first two token requests: the first pays for Argon2, the second must not."""

    cold: float
    warm: float


class Traffic:
    """Registers clients, logs people in, and lets them come."""

    def __init__(self, product: Product, connections: int) -> None:
        """Prepare load from so many connections."""
        self.product = product
        self.connections = connections
        self.people: list[Person] = []

    def register(self, service: Service) -> None:
        """Register a client; the first time, also log people in through it."""
        self.product.tell(
            "client",
            "create",
            "--id",
            service.id,
            "--name",
            service.title,
            "--redirect-uri",
            REDIRECT_URI,
            "--secret",
            SECRET,
            "--token-profile",
            service.profile,
            "--id-token-signed-response-alg",
            service.algorithm,
            "--first-party",
        )
        if not self.people:
            self.people = [log_in(self.product, service, number) for number in range(PEOPLE)]

    def first_tokens(self, service: Service) -> FirstTokens:
        """Time the first two token requests of a client that was just registered."""
        return FirstTokens(self._redeem_alone(service), self._redeem_alone(service))

    def _redeem_alone(self, service: Service) -> float:
        """Redeem one code with nobody else there; milliseconds."""
        browser = Browser(self.product.port, self.people[0].cookies)
        code = code_of(browser.get(authorize_path(service)))
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": VERIFIER,
        }
        headers = {
            "Authorization": str(service.plan()["authorization"]),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.product.port)
        connection.connect()
        begin = time.monotonic()
        connection.request("POST", "/oauth2/token", urlencode(form), headers)
        answer = connection.getresponse()
        content = answer.read()
        elapsed = time.monotonic() - begin
        if answer.status != 200:
            raise RuntimeError(f"token: {answer.status} {content[:300]!r}")
        return elapsed * 1000

    def steps(self, service: Service, operations: int) -> list[Phase]:
        """Every step on its own; a short run before it is not counted."""
        self._run("steps", service, 10 * self.connections)
        return self._run("steps", service, operations)

    def flow(self, service: Service, seconds: int) -> list[Phase]:
        """Whole flows for so many seconds."""
        return self._run("flow", service, seconds)

    def _run(self, work: str, service: Service, amount: int) -> list[Phase]:
        operations = {
            "client": service.plan(),
            "people": [person.plan() for person in self.people],
            "amount": amount,
        }
        return run_load(
            {
                "port": self.product.port,
                "connections": self.connections,
                "server": {"pid": self.product.pid, "walIndex": str(self.product.wal_index)},
                "work": {work: {"_0": operations}},
            }
        )
