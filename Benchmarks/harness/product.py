"""Drawbridge as it is measured: the release build, with its own defaults, on a data folder of its own."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from .machine import REPOSITORY
from .server import Server

IDLE_SECONDS = 2


class Product(Server):
    """One broker and its data folder."""

    def __init__(self, binary: Path, folder: Path) -> None:
        """Prepare a broker that keeps its data in `folder`."""
        super().__init__()
        self.binary = binary
        self.data = folder

    @property
    def issuer(self) -> str:
        """The address that the broker gives itself."""
        return f"http://localhost:{self.port}"

    def command(self) -> Sequence[str | Path]:
        """Call `serve` with its defaults, logging each request; nobody loses a grant to the next one of the same person."""
        return [
            self.binary,
            "serve",
            "--issuer",
            self.issuer,
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--data",
            self.data,
            "--providers",
            REPOSITORY / "providers",
            "--templates",
            REPOSITORY / "templates",
            "--grants-per-client",
            "1000",
        ]

    @property
    def wal_index(self) -> Path:
        """SQLite's wal-index, which counts the transactions."""
        return self.data / "drawbridge.sqlite-shm"

    def tell(self, *command: str, typed: str | None = None) -> dict[str, object]:
        """Run a command on the data folder, while the broker is running; `typed` is its standard input."""
        done = subprocess.run(
            [self.binary, *command, "--data", self.data, "--json"],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[:2]} failed: {done.stderr}")
        return json.loads(done.stdout)

    def idle_memory(self) -> int:
        """Resident bytes once the start is over."""
        time.sleep(IDLE_SECONDS)
        return self.memory()
