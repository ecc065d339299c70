"""Builds what is measured and what measures."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .machine import PACKAGE, REPOSITORY


def _make(*arguments: str) -> None:
    subprocess.run(["make", "--silent", *arguments], cwd=REPOSITORY, check=True, stdout=sys.stderr)


def _plain_release_flags() -> list[str]:
    """Tell how the product is built but for its own profile, so that what it is compared with is built alike."""
    done = subprocess.run(
        ["make", "--silent", "plain-release-flags"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def _swift(*arguments: str) -> None:
    subprocess.run(["swift", "build", *arguments], cwd=REPOSITORY, check=True, stdout=sys.stderr)


def build() -> None:
    """Build the product and the benchmark's own programs in release mode, with the same versions of everything."""
    _make("release")
    flags = _plain_release_flags()
    build_load(flags)
    _swift(*flags, "--package-path", str(PACKAGE), "--product", "floor")


def build_load(flags: Sequence[str]) -> None:
    """Build what asks."""
    resolved = REPOSITORY / "Package.resolved"
    if resolved.exists():
        shutil.copy(resolved, PACKAGE / "Package.resolved")
    _swift(*flags, "--package-path", str(PACKAGE), "--product", "load")


def product_binary() -> Path:
    return REPOSITORY / ".build" / "release" / "drawbridge"


def own_binary(name: str) -> Path:
    return PACKAGE / ".build" / "release" / name
