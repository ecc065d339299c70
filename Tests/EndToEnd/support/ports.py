"""Loopback ports and waiting for what listens on them."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable

import httpx


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Ask again and again until ``condition`` holds; fail naming ``what`` when it never does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds} s")


def answers(url: str, trusted: str | bool = True) -> bool:
    """Whether ``url`` answers with success now; ``trusted`` names a certificate to trust."""
    verify = ssl.create_default_context(cafile=trusted) if isinstance(trusted, str) else trusted
    try:
        return httpx.get(url, timeout=2, verify=verify).is_success
    except httpx.HTTPError:
        return False
