"""What the load generator is told and what it reports."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

from .build import own_binary
from .machine import LOAD_CORE, pinned

LOAD_SECONDS = 120


@dataclass(frozen=True)
class Phase:
    """The figures of one kind of operation; times in microseconds."""

    name: str
    operations: int
    errors: int
    rate: float
    p50: float
    p99: float
    cpu: float
    commits: int
    looks: float

    @property
    def wall(self) -> float:
        """Microseconds of the server's core that one operation fills."""
        return 1e6 / self.rate


def run_load(plan: dict[str, object]) -> list[Phase]:
    """Carry out `plan`; an error in any answer fails the whole run."""
    done = subprocess.run(
        pinned(LOAD_CORE, [own_binary("load")]),
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        timeout=LOAD_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the load stopped: {done.stderr[-2000:]}")
    return [_phase(json.loads(line)) for line in done.stdout.splitlines()]


def _phase(figures: dict[str, object]) -> Phase:
    if figures["errors"] or not figures["operations"]:
        raise RuntimeError(f"{figures['name']}: {figures['errors']} errors, the first: {figures.get('firstError')}")
    return Phase(**{name: figures[name] for name in Phase.__dataclass_fields__})


def better(known: Phase | None, new: Phase) -> Phase:
    """The one of higher rate."""
    return new if known is None or new.rate > known.rate else known
