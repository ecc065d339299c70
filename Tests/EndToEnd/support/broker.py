"""A running Drawbridge with data, providers and log of its own."""

from __future__ import annotations

import contextlib
import json
import secrets
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from .binary import REPOSITORY, binary, clean_environment, run
from .ledger import Ledger
from .ports import answers, free_port, wait_until

STOP_SECONDS = 20


@dataclass(frozen=True)
class Account:
    """A local account and its password."""

    username: str
    password: str
    email: str
    name: str


@dataclass(frozen=True)
class Service:
    """A client registered at a broker."""

    client_id: str
    redirect_uri: str
    name: str
    secret: str | None
    scope: str

    @property
    def basic(self) -> httpx.BasicAuth:
        """``client_secret_basic``."""
        assert self.secret is not None
        return httpx.BasicAuth(self.client_id, self.secret)


@dataclass
class Broker:
    """One broker process and the folder it lives in."""

    root: Path
    host: str = "localhost"
    scheme: str = "http"
    public_issuer: str | None = None
    trusted: str | bool = True
    options: Sequence[str] = ()
    environment: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    ledger: Ledger = field(default_factory=Ledger)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Make the folders."""
        self.providers.mkdir(parents=True, exist_ok=True)

    @property
    def issuer(self) -> str:
        """The issuer, without a slash at its end."""
        return self.public_issuer or self.address

    @property
    def address(self) -> str:
        """Where it listens; behind a reverse proxy the issuer is another."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.root / "data"

    @property
    def providers(self) -> Path:
        """The folder of provider files."""
        return self.root / "providers"

    @property
    def log(self) -> Path:
        """Everything the broker has said, over all its starts."""
        return self.root / "broker.log"

    def url(self, path: str) -> str:
        """An address at this broker."""
        return self.issuer + path

    def command_line(self) -> list[str]:
        """How ``serve`` is called."""
        return [
            str(binary()),
            "serve",
            *("--issuer", self.issuer, "--host", "127.0.0.1", "--port", str(self.port)),
            *("--data", str(self.data), "--providers", str(self.providers)),
            *("--templates", str(REPOSITORY / "templates")),
            *self.options,
        ]

    def start(self) -> None:
        """Start and wait until it is ready."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command_line(),
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                cwd=REPOSITORY,
                env=clean_environment(self.environment),
            )
        wait_until(self._ready_or_dead, f"broker ready; its log:\n{self.log_text()[-3000:]}")
        assert self.process.poll() is None, f"the broker ended: {self.log_text()[-3000:]}"

    def _ready_or_dead(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None or answers(self.address + "/health/ready", self.trusted)

    def stop(self) -> None:
        """Ask it to end, and insist that it does so in order and in time."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.process = None
        assert code == 0, f"SIGTERM ended the broker with {code}: {self.log_text()[-3000:]}"

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait(10)
            self.process = None

    def log_text(self) -> str:
        """The log so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def leaks(self) -> list[str]:
        """Secrets of this run that stand in the log or in the database files."""
        databases = [path for path in self.data.rglob("*") if ".sqlite" in path.name and path.is_file()]
        assert databases, f"no database file in {self.data}"
        return self.ledger.found_in(self.log, *databases)

    def cli(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command on this broker's data folder."""
        return run(*arguments, "--data", str(self.data), stdin=stdin, environment=self.environment)

    def cli_json(self, *arguments: str, stdin: str | None = None) -> object:
        """Run a command that has to succeed, and read its JSON answer."""
        answer = self.cli(*arguments, "--json", stdin=stdin)
        assert answer.returncode == 0, f"{arguments}: {answer.returncode}\n{answer.stdout}\n{answer.stderr}"
        return json.loads(answer.stdout)

    def add_service(
        self,
        client_id: str,
        *extra: str,
        name: str | None = None,
        redirect_uri: str | None = None,
        public: bool = False,
        first_party: bool = True,
        scope: str = "openid profile email offline_access",
    ) -> Service:
        """Register a client."""
        service = Service(
            client_id,
            redirect_uri or f"https://{client_id}.city.example/callback",
            name or client_id.replace("-", " ").title(),
            None if public else secrets.token_urlsafe(24),
            scope,
        )
        credential = ["--public"] if service.secret is None else [f"--secret={service.secret}"]
        self.ledger.note("client secret", service.secret)
        self.cli_json(
            *("client", "create", "--id", service.client_id, "--name", service.name),
            *("--redirect-uri", service.redirect_uri, "--scope", scope),
            *credential,
            *(["--first-party"] if first_party else []),
            *extra,
        )
        return service

    def add_back_end(self, client_id: str) -> Service:
        """Register the back end of a login front end: it stages tokens and does nothing else."""
        back_end = Service(client_id, "", client_id, secrets.token_urlsafe(24), "")
        self.ledger.note("client secret", back_end.secret)
        self.cli_json(
            *("client", "create", "--id", client_id, "--name", client_id, "--staging-only"),
            f"--secret={back_end.secret}",
        )
        return back_end

    def add_account(self, username: str, name: str = "Jana Kováčová", *extra: str) -> Account:
        """Create a local account."""
        account = Account(username, secrets.token_urlsafe(18), f"{username}@city.example", name)
        self.ledger.note("password", account.password)
        self.cli_json(
            *("account", "create", "--username", username, "--email", account.email, "--name", name),
            "--password-stdin",
            *extra,
            stdin=account.password + "\n",
        )
        return account

    def write_provider(self, definition: dict[str, object]) -> None:
        """Put a provider file in place; it is read at the next start or SIGHUP."""
        path = self.providers / f"{definition['id']}.json"
        path.write_text(json.dumps(definition, indent=2))
