"""Requests of all kinds, and what is none, cut anywhere and broken off anywhere."""

from __future__ import annotations

import contextlib
import random
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import BrokerMaker
from support.broker import Broker
from support.ports import wait_until
from support.wire import ASKING, POSTING, answers_in, connection, method_of, reset, until_closed

CONVERSATIONS = 150
FORM = b"grant_type=client_credentials"
LENGTH = b"Content-Length: %d\r\n" % len(FORM)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"6;a=b\r\ngrant_\r\n17\r\ntype=client_credentials\r\n0\r\n"


def asking(method: bytes, target: bytes, fields: bytes = b"", version: bytes = b"1.1") -> bytes:
    return b"%b %b HTTP/%b\r\nHost: localhost\r\n%b\r\n" % (method, target, version, fields)


def with_field(field: bytes) -> bytes:
    return ASKING.replace(b"Host", field + b"\r\nHost")


VALID = {
    ASKING: 200,
    b"\r\n" + ASKING: 200,
    asking(b"HEAD", b"/health/live"): 200,
    asking(b"HEAD", b"/nowhere"): 404,
    asking(b"HEAD", b"/health/live", LENGTH) + FORM: 200,
    asking(b"GET", b"http://localhost/health/live"): 200,
    asking(b"GET", b"/health/live", LENGTH) + FORM: 200,
    asking(b"GET", b"/" + b"a" * 20_000): 404,
    asking(b"GET", b"/%00%ff%zz?%=&&=%"): 404,
    asking(b"GET", b"/health/live", b"Connection: keep-alive\r\n", b"1.0"): 200,
    asking(b"OPTIONS", b"/oauth2/token"): 204,
    asking(b"OPTIONS", b"*"): 404,
    asking(b"PROPFIND", b"/health/live"): 405,
    with_field(b"X: " + b"b" * 30_000): 200,
    with_field(b"\r\n".join(b"X-%d: \xff" % number for number in range(200))): 200,
    POSTING + LENGTH + b"\r\n" + FORM: 401,
    POSTING + LENGTH + b"Expect: nonsense\r\n\r\n" + FORM: 401,
    POSTING + CHUNKED + b"\r\n" + CHUNKS + b"\r\n": 401,
    POSTING + CHUNKED + b"\r\n" + CHUNKS + b"X-Trailer: 1\r\n\r\n": 401,
    POSTING + b"Content-Length: 70000\r\n\r\n" + b"a" * 70_000: 413,
}
LAST = {
    with_field(b"Connection: close"): 200,
    asking(b"GET", b"/health/live", version=b"1.0"): 200,
    asking(b"HEAD", b"/health/live", b"Connection: close\r\n"): 200,
    asking(b"CONNECT", b"localhost:1"): 404,
    with_field(b"Connection: Upgrade\r\nUpgrade: h2c"): 200,
    POSTING + LENGTH + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + FORM: 401,
}
BROKEN = [
    bytes.fromhex("1603010200010001fc0303") + b"r" * 500,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\0" * 100,
    b"GET /\r\n\r\n",
    ASKING.replace(b"\r\n", b"\n"),
    ASKING.replace(b"HTTP/1.1", b"HTTP/2.0"),
    asking(b"FOO", b"/"),
    ASKING.replace(b"Host: localhost\r\n", b""),
    with_field(b"Host: elsewhere.example"),
    asking(b"M" * 5000, b"/"),
    asking(b"GET", b"/a\0b"),
    asking(b"GET", b"/" + b"a" * 90_000),
    *(with_field(field) for field in (b": a", b"X : a", b"X: a\0b", b"X: a\rb", b"X: a\nY: b", b"X: a\r\n b")),
    with_field(b"X: " + b"b" * 90_000),
    with_field(b"\r\n".join(b"X-%d: 1" % number for number in range(300))),
    *(
        POSTING + b"Content-Length: %b\r\n\r\naa" % length
        for length in (b"", b"-1", b"+2", b"0x2", b"2, 2", b"9" * 30, b"2\r\nContent-Length: 2")
    ),
    POSTING + LENGTH + CHUNKED + b"\r\n" + CHUNKS + b"\r\n",
    POSTING + b"Transfer-Encoding: chunked, gzip\r\n\r\n" + CHUNKS + b"\r\n",
    *(
        POSTING + CHUNKED + b"\r\n" + chunks
        for chunks in (
            b"zz\r\n",
            b"-1\r\n",
            b"\r\n",
            b"f" * 20 + b"\r\n",
            b"2\r\naaaa\r\n",
            b"2\naa\n",
            b"0\r\nX y\r\n\r\n",
        )
    ),
]


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("garbage", options=["--request-deadline", "5", "--keep-alive", "5"])
    broker.start()
    return broker


def sockets(broker: Broker) -> int:
    """How many sockets the broker has open."""
    assert broker.process is not None
    count = 0
    for entry in Path(f"/proc/{broker.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            count += str(entry.readlink()).startswith("socket:")
    return count


def send_in_pieces(opened: socket.socket, content: bytes, chance: random.Random) -> None:
    """Send ``content`` in random cuts, and no more; it may be cut off."""
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    cuts = sorted(chance.randrange(len(content) + 1) for _ in range(chance.choice([0, 0, 1, 5, 30])))
    with contextlib.suppress(OSError):
        for start, end in zip([0, *cuts], [*cuts, len(content)], strict=True):
            opened.sendall(content[start:end])
        opened.shutdown(socket.SHUT_WR)


def answered(broker: Broker, content: bytes, methods: list[bytes], chance: random.Random) -> list[int]:
    """The statuses of the answers to ``content``, which is sent while they are read."""
    with connection(broker) as opened, ThreadPoolExecutor(1) as pool:
        pool.submit(send_in_pieces, opened, content, chance)
        received = until_closed(opened)
    return [answer.status for answer in answers_in(received, methods)]


def damaged(request: bytes, chance: random.Random) -> bytes:
    """``request`` with some bytes changed, lost, doubled or put in between."""
    content = bytearray(request)
    for _ in range(chance.choice([1, 1, 3, 20])):
        place = chance.randrange(len(content))
        length = chance.choice([0, 1, 5, 40])
        other = chance.choice(
            [b"\r\n", b"\n", b"\r", b"\0", b" ", b":", CHUNKED, chance.randbytes(3), content[:length]]
        )
        content[place : place + length] = other
        content += b"\r\n"
    return bytes(content)


def rest_of_a_conversation(chance: random.Random) -> bytes:
    """What follows the valid requests: nothing, or what is hardly one."""
    undescribed = [request for request in VALID if method_of(request) != b"HEAD"]
    return chance.choice(
        [b"", chance.choice(BROKEN), damaged(chance.choice(undescribed), chance), chance.randbytes(300)]
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("still_alive")
def test_valid_requests_are_answered_in_order_whatever_comes_after_them(seed: int, broker: Broker) -> None:
    chance = random.Random(seed)
    for _ in range(CONVERSATIONS):
        requests = chance.choices(list(VALID), k=chance.choice([0, 1, 2, 5]))
        content = b"".join(requests) + rest_of_a_conversation(chance)
        statuses = answered(broker, content, [method_of(request) for request in requests], chance)
        assert statuses[: len(requests)] == [VALID[request] for request in requests], f"{content[:2000]!r}"


@pytest.mark.usefixtures("still_alive")
def test_nothing_is_answered_after_the_last_request(broker: Broker) -> None:
    chance = random.Random(7)
    for last, status in LAST.items():
        for after in (b"", ASKING, b"\0junk"):
            assert answered(broker, ASKING + last + after, [b"GET", method_of(last)], chance) == [200, status]


@pytest.mark.usefixtures("still_alive")
def test_what_is_no_request_is_refused_once(broker: Broker) -> None:
    for broken in BROKEN:
        statuses = answered(broker, ASKING + broken + ASKING, [b"GET"], random.Random(8))
        assert statuses[0] == 200
        assert statuses[-1] == 400, f"{broken[:200]!r}"
        assert len(statuses) == 2, f"{broken[:200]!r}"


@pytest.mark.usefixtures("still_alive")
def test_connections_broken_off_anywhere_leave_nothing_open(broker: Broker) -> None:
    chance = random.Random(9)
    before = sockets(broker)
    for _ in range(CONVERSATIONS):
        content = b"".join(chance.choices([*VALID, *LAST, *BROKEN], k=3))
        opened = socket.create_connection(("127.0.0.1", broker.port))
        with contextlib.suppress(ConnectionError):
            opened.sendall(content[: chance.randrange(len(content))])
        reset(opened)
    wait_until(lambda: sockets(broker) <= before, "connections closed")
