"""Bare connections to a broker, and what comes back on them byte by byte."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from .broker import Broker

PATIENCE = 15
ASKING = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
POSTING = b"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
STATUS_LINE = re.compile(rb"HTTP/1\.1 (\d{3}) [\t -~]*")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t -~]*)")
ALWAYS = ("date", "x-content-type-options", "referrer-policy", "content-security-policy")


@dataclass(frozen=True)
class Answer:
    """One answer as it stood on the wire."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        """All values of a header field, in order."""
        return [value for given, value in self.fields if given == name]

    @property
    def is_last(self) -> bool:
        """Whether it says that nothing comes after it."""
        return "close" in self.values("connection")


@contextlib.contextmanager
def connection(broker: Broker) -> Iterator[socket.socket]:
    """A bare connection, on which nothing takes longer than the test's patience."""
    with socket.create_connection(("127.0.0.1", broker.port), PATIENCE) as opened:
        yield opened


def until_closed(opened: socket.socket) -> bytes:
    """All that comes until the broker closes."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := opened.recv(65536):
            received += part
    return received


def reset(opened: socket.socket) -> None:
    """Break a connection off, with whatever is under way on it."""
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    opened.close()


def method_of(request: bytes) -> bytes:
    """The method that a request names."""
    return request.lstrip().partition(b" ")[0]


def answers_in(received: bytes, methods: list[bytes]) -> list[Answer]:
    """The answers to requests of ``methods``, of which each is whole, well-formed and has what all answers have."""
    found: list[Answer] = []
    while received:
        assert not (found and found[-1].is_last), f"after the last answer: {received[:200]!r}"
        method = methods[len(found)] if len(found) < len(methods) else b""
        answer, received = first_answer(received, method)
        found.append(answer)
    return found


def first_answer(received: bytes, method: bytes) -> tuple[Answer, bytes]:
    """The first answer of several, and the others."""
    head, end, rest = received.partition(b"\r\n\r\n")
    status_line, *lines = head.split(b"\r\n")
    status = STATUS_LINE.fullmatch(status_line)
    fields = [FIELD.fullmatch(line) for line in lines]
    assert end, f"no whole head: {head[:500]!r}"
    assert status, f"no status line: {status_line!r}"
    assert all(fields), f"no header fields: {lines}"
    pairs = [(field[1].decode().lower(), field[2].decode()) for field in fields if field]
    code = int(status[1])
    names = [name for name, _ in pairs]
    assert [names.count(name) for name in ALWAYS] == [1] * len(ALWAYS), f"{head[:500]!r}"
    assert "transfer-encoding" not in names
    length = 0
    if code != 204 and method != b"HEAD":
        (length,) = (int(value) for name, value in pairs if name == "content-length")
    assert len(rest) >= length, f"an answer that breaks off: {received[:500]!r}"
    return Answer(code, pairs, rest[:length]), rest[length:]
