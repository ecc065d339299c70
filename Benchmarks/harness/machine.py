"""The machine: its cores, its ports, and where to work."""

from __future__ import annotations

import os
import platform
import socket
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "Benchmarks"
WORK = PACKAGE / ".build" / "work"

_cores = sorted(os.sched_getaffinity(0))
SERVER_CORE = _cores[0]
LOAD_CORE = _cores[-1]


def pinned(core: int, command: Sequence[str | Path]) -> list[str]:
    """Make `command` run on one core only."""
    return ["taskset", "--cpu-list", str(core), *map(str, command)]


def pin_note() -> str:
    if SERVER_CORE == LOAD_CORE:
        return "This machine has one core: server and load share it, and the figures say little."
    return f"The server has core {SERVER_CORE} to itself, the load core {LOAD_CORE}."


def description() -> str:
    """Say in a line what machine this is."""
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    name = next(
        (line.split("=", 1)[1].strip('"') for line in release.splitlines() if line.startswith("PRETTY_NAME=")), ""
    )
    processor = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = next((line.split(": ", 1)[1] for line in processor.splitlines() if line.startswith("model name")), "")
    return f"{len(_cores)} cores ({model or platform.machine()}), {name}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
