"""Canaille, an OpenID provider of other authors, as an upstream."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

import httpx

from .binary import REPOSITORY
from .broker import Broker
from .person import Person, page_of
from .ports import answers, free_port, wait_until

USER_NAME = "katarina"
PASSWORD = "sails-over-the-morava"
EMAIL = "katarina@canaille.example"
FULL_NAME = "Katarína Nováková"


class Canaille:
    """One Canaille with one client, ``broker``, and one person."""

    def __init__(self, broker: Broker, log: Path) -> None:
        """Write the provider file of ``broker``; serve only after ``start``."""
        self.broker = broker
        self.log = log
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        self.secret = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None
        broker.ledger.note("client secret", self.secret)
        broker.write_provider(
            {
                "id": "canaille",
                "type": "oidc",
                "name": "Canaille",
                "issuer": self.issuer,
                "client_id": "drawbridge",
                "client_secret": self.secret,
                "scopes": ["openid", "profile", "email"],
            }
        )

    def start(self) -> None:
        """Serve, and wait until it answers."""
        callback = self.broker.url("/login/canaille/callback")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "support.canaille_server", str(self.port), "drawbridge", self.secret, callback],
                cwd=REPOSITORY / "Tests" / "EndToEnd",
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        discovery = self.issuer + "/.well-known/openid-configuration"
        wait_until(lambda: answers(discovery), f"Canaille; see {self.log}", 60)

    def stop(self) -> None:
        """Stop serving."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)

    def log_in(self, person: Person, page: httpx.Response, stop_at: str) -> httpx.Response:
        """Answer Canaille's pages: user name, password, consent, in whatever order it asks."""
        known = {"login": USER_NAME, "password": PASSWORD}
        for _ in range(6):
            if page.is_redirect:
                return page
            form = next(form for form in page_of(page).forms if form.method == "post")
            fields = {name: value for name, value in known.items() if name in form.fields}
            page = person.submit(page, form, fields or {"answer": "accept"}, stop_at)
        raise AssertionError(f"Canaille keeps asking: {page_of(page).text[:500]}")
