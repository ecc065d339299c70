"""What OpenID providers of other authors have in common, when they are upstreams of a broker."""

from __future__ import annotations

import secrets
import subprocess
import sys
from pathlib import Path

from .binary import REPOSITORY
from .broker import Broker
from .ports import answers, free_port, wait_until


class ForeignProvider:
    """A process with one client, ``broker``; the module ``support.ID_server`` is its program."""

    def __init__(self, broker: Broker, log: Path, provider_id: str, name: str) -> None:
        """Write the provider file of ``broker``; serve only after ``start``."""
        self.broker = broker
        self.log = log
        self.provider_id = provider_id
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        self.secret = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None
        broker.ledger.note("client secret", self.secret)
        broker.write_provider(
            {
                "id": provider_id,
                "type": "oidc",
                "name": name,
                "issuer": self.issuer,
                "client_id": "drawbridge",
                "client_secret": self.secret,
                "scopes": ["openid", "profile", "email"],
            }
        )

    def start(self) -> None:
        """Serve, and wait until it answers."""
        program = f"support.{self.provider_id}_server"
        callback = self.broker.url(f"/login/{self.provider_id}/callback")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", program, str(self.port), "drawbridge", self.secret, callback],
                cwd=REPOSITORY / "Tests" / "EndToEnd",
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        discovery = self.issuer + "/.well-known/openid-configuration"
        wait_until(lambda: answers(discovery), f"{self.provider_id}; see {self.log}", 60)

    def stop(self) -> None:
        """Stop serving."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
