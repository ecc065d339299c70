"""A server process that is started, watched, and ended by this run alone."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from .machine import SERVER_CORE, free_port, is_listening, pinned

START_SECONDS = 20
STOP_SECONDS = 15


class Server:
    """A process pinned to the server's core, listening on a port of its own."""

    def __init__(self) -> None:
        """Choose a port."""
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str | Path]:
        """What to run."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        """Start, and wait until somebody listens."""
        self.process = subprocess.Popen(
            pinned(SERVER_CORE, self.command()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not is_listening(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self._end()
                raise RuntimeError(f"did not start: {self.command()}")
            time.sleep(0.001)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End what was started."""
        self._end()

    def _end(self) -> None:
        assert self.process is not None
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
            return
        self.process.kill()
        self.process.wait()

    @property
    def pid(self) -> int:
        """The server's process id: taskset becomes the program it starts."""
        assert self.process is not None
        return self.process.pid

    def memory(self) -> int:
        """Resident bytes now."""
        return self._status("VmRSS")

    def peak_memory(self) -> int:
        """Most resident bytes so far."""
        return self._status("VmHWM")

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
