"""The program under test and the folder it is built from."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
ARTIFACTS = REPOSITORY / "Tests" / "EndToEnd" / "artifacts"


def binary() -> Path:
    """The program: ``DRAWBRIDGE_BINARY``, or the debug build."""
    return Path(os.environ.get("DRAWBRIDGE_BINARY", REPOSITORY / ".build" / "debug" / "drawbridge"))


def clean_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """This environment without settings of our program, plus ``extra``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DRAWBRIDGE_")}
    return kept | (extra or {})


def run(
    *arguments: str, stdin: str | None = None, environment: dict[str, str] | None = None, seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run one command of the program to its end."""
    return subprocess.run(
        [str(binary()), *arguments],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=REPOSITORY,
        env=clean_environment(environment),
        check=False,
    )
