"""The floor: what the parts of an ideal token endpoint cost on this machine, one by one. Times in microseconds."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .build import own_binary
from .machine import SERVER_CORE, pinned
from .phase import Phase, run_load
from .server import Server

PLAIN_SECONDS = 2
COMMIT_TRIES = 4
"""The quietest counts: another program's writes make a commit wait up to twenty times as long."""


class PlainServer(Server):
    """Hummingbird, answering a word."""

    def command(self) -> Sequence[str | Path]:
        """Answer on the port."""
        return [own_binary("floor"), "serve", str(self.port)]


@dataclass(frozen=True)
class Commits:
    """One `synchronous=FULL` commit with one change, and one change's part of a commit with several."""

    alone: float
    grouped: float


def measure_plain(connections: int) -> Phase:
    with PlainServer() as server:
        plan = {"port": server.port, "connections": connections, "server": {"pid": server.pid}}
        run_load(plan | {"work": {"plain": {"seconds": 1}}})
        (phase,) = run_load(plan | {"work": {"plain": {"seconds": PLAIN_SECONDS}}})
    return phase


def measure_signatures() -> dict[str, float]:
    times = _floor("sign")
    return {"ES256": times["es256"], "RS256": times["rs256"]}


def measure_commits(folder: Path, group: int) -> Commits:
    tries = [_floor("commit", str(folder), str(group)) for _ in range(COMMIT_TRIES)]
    return Commits(**{name: min(figures[name] for figures in tries) for name in ("alone", "grouped")})


def _floor(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        pinned(SERVER_CORE, [own_binary("floor"), *arguments]), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
