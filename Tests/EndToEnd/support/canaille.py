"""Canaille, an OpenID provider of other authors, as an upstream."""

from __future__ import annotations

from pathlib import Path

import httpx

from .broker import Broker
from .foreign_provider import ForeignProvider
from .person import Person, page_of

USER_NAME = "katarina"
PASSWORD = "sails-over-the-morava"
EMAIL = "katarina@canaille.example"
FULL_NAME = "Katarína Nováková"


class Canaille(ForeignProvider):
    """One Canaille with one client, ``broker``, and one person."""

    def __init__(self, broker: Broker, log: Path) -> None:
        """Write the provider file of ``broker``; serve only after ``start``."""
        super().__init__(broker, log, "canaille", "Canaille")

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
