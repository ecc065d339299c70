"""The OpenID provider of idpyoidc, of other authors than Canaille, as an upstream."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from .binary import REPOSITORY
from .broker import Broker
from .ports import answers, free_port, wait_until

PERSON: dict[str, object] = {
    "sub": "diana",
    "name": "Diana Horáková",
    "given_name": "Diana",
    "family_name": "Horáková",
    "email": "diana@idpy.example",
    "email_verified": True,
}


class Idpy:
    """One provider with one client, ``broker``, and one person, who is logged in there already."""

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
                "id": "idpy",
                "type": "oidc",
                "name": "Identity Python",
                "issuer": self.issuer,
                "client_id": "drawbridge",
                "client_secret": self.secret,
                "scopes": ["openid", "profile", "email"],
            }
        )

    def start(self) -> None:
        """Serve, and wait until it answers."""
        callback = self.broker.url("/login/idpy/callback")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "support.idpy_server", str(self.port), "drawbridge", self.secret, callback],
                cwd=REPOSITORY / "Tests" / "EndToEnd",
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        discovery = self.issuer + "/.well-known/openid-configuration"
        wait_until(lambda: answers(discovery), f"idpyoidc; see {self.log}", 60)

    def stop(self) -> None:
        """Stop serving."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
