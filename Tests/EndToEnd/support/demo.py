"""A running ``drawbridge demo`` and what it prints."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import httpx

from .binary import REPOSITORY, binary, clean_environment
from .person import Person, page_of
from .ports import wait_until

ADDRESS = re.compile(r"https?://[^\s\"'<>]+[^\s\"'<>.,;:)]")
START_SECONDS = 60


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
                [str(binary()), "demo"],
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

    def people(self) -> list[tuple[str, str]]:
        """User names and passwords it has printed."""
        return re.findall(r"^\s*(\S+)\s+/\s+(\S+)\s*$", self.text(), re.MULTILINE)

    def log_in(self, person: Person, service: str, username: str, password: str) -> httpx.Response:
        """Click through from a service's front page to its page for somebody logged in."""
        home = self.address_of(service)
        page = person.open(home)
        page = person.open(str(httpx.URL(home).join(page_of(page).link("login"))))
        for _ in range(5):
            forms = [form for form in page_of(page).forms if form.method == "post"]
            asking = [form for form in forms if {"username", "password"} <= set(form.fields)]
            if asking:
                page = person.submit(page, asking[0], {"username": username, "password": password})
            elif any("decision" in [name for name, _, _ in form.buttons] for form in forms):
                page = person.submit(page, page_of(page).form(action="/consent"), {"decision": "allow"})
            else:
                return page
        raise AssertionError(f"kept asking: {page.text[:500]}")
