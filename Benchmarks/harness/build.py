"""Builds what is measured and what measures."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from .machine import PACKAGE, REPOSITORY


def _make(*arguments: str) -> None:
    subprocess.run(["make", "--silent", *arguments], cwd=REPOSITORY, check=True, stdout=sys.stderr)


def _release_flags() -> list[str]:
    """Tell how the product is built, so that what it is compared with is built alike."""
    done = subprocess.run(
        ["make", "--silent", "release-flags"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def _swift(*arguments: str) -> None:
    subprocess.run(["swift", "build", *arguments], cwd=REPOSITORY, check=True, stdout=sys.stderr)


def build() -> None:
    """Build the product and the benchmark's own programs in release mode, with the same versions of everything."""
    _make("release")
    resolved = REPOSITORY / "Package.resolved"
    if resolved.exists():
        shutil.copy(resolved, PACKAGE / "Package.resolved")
    for program in ("floor", "load"):
        _swift(*_release_flags(), "--package-path", str(PACKAGE), "--product", program)


def product_binary() -> Path:
    return REPOSITORY / ".build" / "release" / "drawbridge"


def own_binary(name: str) -> Path:
    return PACKAGE / ".build" / "release" / name
