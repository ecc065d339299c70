"""How long after its start the broker gives its first answer."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass
from pathlib import Path

from .build import product_binary
from .product import Product

REPEATED = 5


@dataclass(frozen=True)
class Starts:
    """Milliseconds from the start of the process to the end of its first answer."""

    very_first: float
    """On an empty folder: database, master key and signing keys are made, an RSA key among them."""
    later: list[float]


def measure_starts(folder: Path) -> Starts:
    return Starts(_milliseconds(folder), [_milliseconds(folder) for _ in range(REPEATED)])


def _milliseconds(folder: Path) -> float:
    product = Product(product_binary(), folder)
    begin = time.monotonic()
    with product:
        connection = http.client.HTTPConnection("127.0.0.1", product.port)
        connection.request("GET", "/health/ready")
        answer = connection.getresponse()
        answer.read()
        elapsed = time.monotonic() - begin
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"not ready: {answer.status}")
    return elapsed * 1000
