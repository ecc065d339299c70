"""A running ``drawbridge demo`` and what it prints."""

from __future__ import annotations

import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx

from .binary import REPOSITORY, binary, clean_environment
from .person import Person, page_of
from .ports import free_port, wait_until

ADDRESS = re.compile(r"https?://[^\s\"'<>]+[^\s\"'<>.,;:)]")
START_SECONDS = 60
SITES = ("", "front-end-", "transport-", "parking-", "pool-")


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to log in as."""

    username: str
    password: str
    name: str


@dataclass(frozen=True)
class LoggedIn:
    """What a service shows, and how often a password was typed on the way."""

    text: str
    passwords_typed: int


class Demo:
    """The sample city on its loopback ports."""

    def __init__(self, folder: Path) -> None:
        """Nothing runs before ``start``."""
        self.folder = folder
        self.output = folder / "output"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until its services answer."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(binary()), "demo", *(f"--{site}port={free_port()}" for site in SITES)],
                cwd=REPOSITORY,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._ready_or_dead, "the demo", START_SECONDS)
        assert self.process.poll() is None, self.text()

    def _ready_or_dead(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            return True
        text = self.text()
        if "Transport" not in text or "Parking" not in text:
            return False
        try:
            return all(httpx.get(self.address_of(name), timeout=2).is_success for name in ("Transport", "Parking"))
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """Ask it to end, and insist that it does so in order."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            code = self.process.wait(30)
            assert code == 0, f"the demo ended with {code}: {self.text()[-3000:]}"

    def text(self) -> str:
        """All it has printed."""
        return self.output.read_text(errors="replace") if self.output.exists() else ""

    def addresses(self) -> list[str]:
        """Every address it has printed."""
        return sorted(set(ADDRESS.findall(self.text())))

    def address_of(self, service: str) -> str:
        """The address printed on the line of ``service``."""
        line = next(line for line in self.text().splitlines() if service in line and ADDRESS.search(line))
        found = ADDRESS.search(line)
        assert found
        return found.group()

    def people(self) -> list[DemoPerson]:
        """Who can log in, as printed."""
        _, after = self.text().split("Log in as", 1)
        rows = re.findall(r"^  (\S+)  +(\S+)  +(\S.*)$", after.split("Behind them", 1)[0], re.MULTILINE)
        return [DemoPerson(*row) for row in rows]

    def log_in(self, person: Person, service: str, who: DemoPerson) -> LoggedIn:
        """Click through from a service's front page to its page for somebody logged in."""
        home = self.address_of(service)
        page = person.open(home)
        page = person.open(str(httpx.URL(home).join(page_of(page).link("/login"))))
        typed = 0
        for _ in range(6):
            if str(page.url).startswith(home):
                return LoggedIn(page_of(page).text, typed)
            asked = page_of(page)
            providers = [link for link in asked.links if "/login/city-openid" in link]
            if providers:
                page = person.open(str(page.url.join(providers[0])))
            elif any({"username", "password"} <= set(form.fields) for form in asked.forms):
                typed += 1
                form = asked.form(field_name="password")
                page = person.submit(page, form, {"username": who.username, "password": who.password})
            elif any("ticket" in form.fields for form in asked.forms):
                page = person.submit(page, asked.form(field_name="ticket"), {})
            else:
                page = person.submit(page, asked.form(action="/consent"), {"decision": "allow"})
        raise AssertionError(f"kept asking: {page.text[:500]}")

    def forget(self, person: Person, service: str) -> None:
        """Drop the service's own session, so that only the broker still knows the person."""
        for cookie in list(person.http.cookies.jar):
            if service.lower() in cookie.name:
                person.http.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)
