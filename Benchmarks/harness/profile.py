"""A build that counts how often each part of the program runs, and what the compiler reads of it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .machine import PACKAGE, REPOSITORY

SCRATCH = REPOSITORY / ".build" / "profile"
PROFILE = PACKAGE / "drawbridge.profdata"


def _tool(name: str) -> Path:
    """Find a program of the Swift toolchain; another LLVM's reads and writes other files."""
    compiler = shutil.which("swiftc")
    tool = Path(compiler or "").resolve().parent / name
    if not tool.exists():
        raise RuntimeError(f"{name} is not beside the compiler, {compiler}")
    return tool


def _counting_runtime() -> str:
    library = f"libclang_rt.profile-{platform.machine()}.a"
    done = subprocess.run([_tool("clang"), f"-print-file-name={library}"], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def build_counting(flags: Sequence[str]) -> Path:
    """Build the product so that it counts; it is linked by lld, as gold gives some counters to two functions."""
    counting = ["-Xswiftc", "-Xfrontend", "-Xswiftc", "-ir-profile-generate", "-Xswiftc", "-use-ld=lld"]
    runtime = ["-Xlinker", _counting_runtime(), "-Xlinker", "-u", "-Xlinker", "__llvm_profile_runtime"]
    where = ["--scratch-path", str(SCRATCH), "--product", "drawbridge"]
    subprocess.run(
        ["swift", "build", *flags, *counting, *runtime, *where], cwd=REPOSITORY, check=True, stdout=sys.stderr
    )
    return SCRATCH / "release" / "drawbridge"


def count_into(folder: Path) -> None:
    """Have every process started from now on leave its counts in `folder` when it ends."""
    os.environ["LLVM_PROFILE_FILE"] = str(folder / "%p.profraw")


def write_profile(folder: Path, pid: int) -> None:
    """Make the compiler's profile from what the process `pid` has counted."""
    counts = folder / f"{pid}.profraw"
    subprocess.run([_tool("llvm-profdata"), "merge", "--sparse", "-o", PROFILE, counts], check=True)
