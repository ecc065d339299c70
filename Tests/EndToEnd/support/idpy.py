"""The OpenID provider of idpyoidc, of other authors than Canaille, as an upstream."""

from __future__ import annotations

from pathlib import Path

from .broker import Broker
from .foreign_provider import ForeignProvider

PERSON: dict[str, object] = {
    "sub": "diana",
    "name": "Diana Horáková",
    "given_name": "Diana",
    "family_name": "Horáková",
    "email": "diana@idpy.example",
    "email_verified": True,
}


class Idpy(ForeignProvider):
    """One provider with one client, ``broker``, and one person, who is logged in there already."""

    def __init__(self, broker: Broker, log: Path) -> None:
        """Write the provider file of ``broker``; serve only after ``start``."""
        super().__init__(broker, log, "idpy", "Identity Python")
