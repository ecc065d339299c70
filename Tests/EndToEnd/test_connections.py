"""Peers that keep the broker waiting, and how its TLS begins."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from conftest import BrokerMaker
from support.broker import Broker
from support.certificate import Certificate, make_certificate
from support.ports import answers
from support.wire import ASKING, PATIENCE, POSTING, connection, reset, until_closed

DEADLINE = 2
MEBIBYTE = 1 << 20
SHORT = ["--request-deadline", str(DEADLINE), "--keep-alive", "1"]
UNFINISHED = {
    "nothing": b"",
    "half a header": POSTING[:40],
    "half a body": POSTING + b"Content-Length: 100\r\n\r\ngrant_type=",
    "half of chunks": POSTING + b"Transfer-Encoding: chunked\r\n\r\n5\r\ngr",
    "an answered request": ASKING,
    "a request and a half": ASKING + POSTING[:40],
}


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker("impatient", options=SHORT)
    broker.start()
    return broker


def send_for_ever(opened: socket.socket, content: bytes) -> NoReturn:
    """Send ``content`` over and over, and read nothing."""
    sent = 0
    while True:
        sent += opened.send(content[sent % len(content) :])


@pytest.mark.parametrize("sent", UNFINISHED.values(), ids=UNFINISHED.keys())
def test_a_connection_that_waits_for_its_peer_is_closed(sent: bytes, broker: Broker) -> None:
    with connection(broker) as opened:
        opened.sendall(sent)
        received = until_closed(opened)
    assert received.count(b"HTTP/1.1 200") == sent.count(ASKING)


@pytest.mark.parametrize("beginning", [POSTING, POSTING + b"Content-Length: 5000\r\n\r\n"], ids=["header", "body"])
def test_a_byte_now_and_then_does_not_keep_a_connection_open(beginning: bytes, broker: Broker) -> None:
    with connection(broker) as opened:
        opened.sendall(beginning)
        begun = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - begun < PATIENCE:
                opened.sendall(b"a")
                time.sleep(0.1)
        assert time.monotonic() - begun < PATIENCE


def test_a_peer_that_never_takes_its_answers_is_cut_off(broker: Broker) -> None:
    requests = ASKING.replace(b"/health/live", b"/login") * 500
    with socket.socket() as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        opened.settimeout(PATIENCE)
        opened.connect(("127.0.0.1", broker.port))
        with pytest.raises(ConnectionError):
            send_for_ever(opened, requests)


def test_a_slow_request_within_the_deadline_is_answered(broker: Broker) -> None:
    with connection(broker) as opened:
        for byte in ASKING:
            opened.sendall(bytes([byte]))
            time.sleep(DEADLINE / 2 / len(ASKING))
        assert opened.recv(65536).startswith(b"HTTP/1.1 200")


def test_one_connection_serves_for_longer_than_the_deadline_of_one_request(broker: Broker) -> None:
    with connection(broker) as opened:
        begun = time.monotonic()
        while time.monotonic() - begun < DEADLINE * 2:
            opened.sendall(ASKING)
            assert opened.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(0.2)


def test_more_unfinished_requests_than_open_files_end_no_service(
    make_broker: BrokerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker = make_broker("few-files", options=SHORT)
    limited = ["sh", "-c", 'ulimit -n 128; exec "$@"', "sh", *broker.command_line()]
    monkeypatch.setattr(broker, "command_line", lambda: limited)
    broker.start()
    with contextlib.ExitStack() as stack:
        for _ in range(150):
            stack.enter_context(connection(broker)).sendall(POSTING)
        with connection(broker) as patient:
            patient.sendall(ASKING)
            assert patient.recv(65536).startswith(b"HTTP/1.1 200")
    assert answers(broker.url("/health/ready"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def tls_broker(make_broker: BrokerMaker, certificate: Certificate) -> Broker:
    broker = make_broker(
        "impatient-tls", scheme="https", options=[*SHORT, *certificate.options], trusted=str(certificate.chain)
    )
    broker.start()
    return broker


TOKEN_BODY = b"grant_type=client_credentials"
FIRST_BODY = b"Content-Length: %d\r\n\r\n" % len(TOKEN_BODY) + TOKEN_BODY
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n6\r\ngrant_\r\n17\r\ntype=client_credentials\r\n0\r\n\r\n"
CLOSING = ASKING.replace(b"Host", b"Connection: close\r\nHost")
LARGE = POSTING + b"Content-Length: 70000\r\n\r\n" + b"a" * 70000
LARGE_IN_CHUNKS = POSTING + b"Transfer-Encoding: chunked\r\n\r\n" + b"1000\r\n" + b"a" * 4096 + b"\r\n"
BROKEN_CHUNK = b"zz\r\n\r\n"
GARBAGE = b"\x16\x03\x01\x02\x00\x01\r\n\r\n"
CONVERSATIONS = {
    "one after the other": (ASKING * 3, [200, 200, 200]),
    "a body, and the next": (POSTING + FIRST_BODY + ASKING, [401, 200]),
    "a body in chunks, and the next": (POSTING + CHUNKED + ASKING, [401, 200]),
    "a body that is too large, and the next": (LARGE + ASKING, [413, 200]),
    "chunks that are too many, and the next": (
        LARGE_IN_CHUNKS + LARGE_IN_CHUNKS.partition(b"\r\n\r\n")[2] * 16 + b"0\r\n\r\n" + ASKING,
        [413, 200],
    ),
    "the last by its own words": (CLOSING + ASKING, [200]),
    "the last for HTTP/1.0": (ASKING.replace(b"1.1", b"1.0") + ASKING, [200]),
    "no request at all": (GARBAGE, [400]),
    "a request and then none": (ASKING + GARBAGE + ASKING, [200, 400]),
    "no host": (ASKING.replace(b"Host: localhost\r\n", b""), [400]),
    "two hosts": (ASKING.replace(b"Host", b"Host: elsewhere.example\r\nHost") + ASKING, [400]),
    "no host before HTTP/1.1": (b"GET /health/live HTTP/1.0\r\n\r\n", [200]),
    "a head no request can have": (ASKING.replace(b"Host", b"Ho st"), [400]),
    "a body that breaks off in chunks": (POSTING + b"Transfer-Encoding: chunked\r\n\r\n" + BROKEN_CHUNK, [400]),
    "a body that is too large and breaks off": (
        LARGE_IN_CHUNKS + LARGE_IN_CHUNKS.partition(b"\r\n\r\n")[2] * 16 + BROKEN_CHUNK + ASKING,
        [413],
    ),
    "another protocol, and the next": (
        ASKING.replace(b"Host", b"Connection: Upgrade\r\nUpgrade: h2c\r\nHost") + ASKING,
        [200],
    ),
    "a tunnel, and the next": (b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n" + ASKING, [404]),
    "a description of an error, and the next": (
        ASKING.replace(b"GET /health", b"HEAD /health/no") + ASKING,
        [404, 200],
    ),
    "two lengths": (POSTING + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\naa", [400]),
    "a length and chunks": (POSTING + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
}


def statuses(received: bytes) -> list[int]:
    """The status of each answer, in order."""
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]


@pytest.mark.parametrize(("sent", "expected"), CONVERSATIONS.values(), ids=CONVERSATIONS.keys())
@pytest.mark.parametrize("ends", [False, True], ids=["open", "half-closed"])
def test_requests_of_one_connection_are_answered_in_order(
    sent: bytes, expected: list[int], ends: bool, broker: Broker
) -> None:
    with connection(broker) as opened:
        opened.sendall(sent)
        if ends:
            opened.shutdown(socket.SHUT_WR)
        received = until_closed(opened)
    assert statuses(received) == expected
    assert received.count(b"\r\nDate: ") == len(expected)
    assert received.lower().count(b"\r\nx-content-type-options: nosniff\r\n") == len(expected)
    assert received.lower().count(b"connection: close") <= 1


def test_junk_after_a_change_of_protocol_is_not_kept(broker: Broker) -> None:
    with connection(broker) as opened:
        opened.sendall(ASKING.replace(b"Host", b"Connection: Upgrade\r\nUpgrade: h2c\r\nHost"))
        before = resident(broker)
        with contextlib.suppress(ConnectionError):
            for _ in range(60):
                opened.sendall(b"a" * MEBIBYTE)
        assert resident(broker) - before < 20 * MEBIBYTE


def resident(broker: Broker) -> int:
    """Bytes of memory that the broker holds."""
    assert broker.process is not None
    status = Path(f"/proc/{broker.process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def test_hundreds_of_requests_sent_at_once_are_all_answered(broker: Broker) -> None:
    with connection(broker) as opened, ThreadPoolExecutor(1) as pool:
        sending = pool.submit(opened.sendall, ASKING * 5000 + CLOSING)
        received = until_closed(opened)
        sending.result()
    assert statuses(received) == [200] * 5001


def test_what_a_peer_that_has_gone_had_asked_for_is_not_all_looked_up(make_broker: BrokerMaker) -> None:
    broker = make_broker("left")
    broker.start()
    path = b"/assets/drawbridge.css"
    asking = ASKING.replace(b"/health/live", path)
    asked = 900
    with connection(broker) as opened:
        opened.sendall(asking.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert statuses(until_closed(opened)) == [200]
    with socket.socket() as opened:
        # All of them are with the broker when the peer goes, but their answers are more than the system takes.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        opened.settimeout(PATIENCE)
        opened.connect(("127.0.0.1", broker.port))
        opened.sendall(asking * asked)
        reset(opened)
    # Before it ends, it ends what its connections have begun.
    broker.stop()
    assert 1 <= broker.log_text().count(f"http.path={path.decode()} ") < asked


def test_a_peer_that_holds_its_body_back_is_told_to_go_on(broker: Broker) -> None:
    with connection(broker) as opened:
        opened.sendall(ASKING + POSTING + b"Expect: 100-continue\r\n" + FIRST_BODY.removesuffix(TOKEN_BODY))
        received = b""
        while b"HTTP/1.1 100 Continue\r\n\r\n" not in received:
            part = opened.recv(65536)
            assert part
            received += part
        opened.sendall(TOKEN_BODY)
        received += until_closed(opened)
    assert statuses(received) == [200, 100, 401]


def context_of(version: ssl.TLSVersion, certificate: Certificate) -> ssl.SSLContext:
    """A client that speaks one version of TLS, however old, and no other."""
    context = ssl.create_default_context(cafile=str(certificate.chain))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = version
    context.maximum_version = version
    return context


@pytest.mark.parametrize("sent", [b"", bytes.fromhex("1603010200010001fc0303")], ids=["nothing", "half a hello"])
def test_a_tls_handshake_that_does_not_end_is_closed(sent: bytes, tls_broker: Broker) -> None:
    with connection(tls_broker) as opened:
        opened.sendall(sent)
        until_closed(opened)


def test_a_peer_silent_after_its_tls_handshake_is_closed(tls_broker: Broker, certificate: Certificate) -> None:
    context = context_of(ssl.TLSVersion.TLSv1_3, certificate)
    with connection(tls_broker) as opened, context.wrap_socket(opened, server_hostname="localhost") as secured:
        assert until_closed(secured) == b""


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(version: ssl.TLSVersion, tls_broker: Broker, certificate: Certificate) -> None:
    context = context_of(version, certificate)
    with connection(tls_broker) as opened, pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        context.wrap_socket(opened, server_hostname="localhost")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_current_tls_is_spoken(version: ssl.TLSVersion, tls_broker: Broker, certificate: Certificate) -> None:
    context = context_of(version, certificate)
    with connection(tls_broker) as opened, context.wrap_socket(opened, server_hostname="localhost") as secured:
        assert secured.version() == version.name.replace("_", ".")
        secured.sendall(ASKING)
        assert secured.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_key_that_everybody_can_read_is_remarked_upon(
    make_broker: BrokerMaker, tmp_path: Path, tls_broker: Broker
) -> None:
    certificate = make_certificate(tmp_path)
    certificate.key.chmod(0o644)
    broker = make_broker("open-key", scheme="https", options=certificate.options, trusted=str(certificate.chain))
    broker.start()
    remark = "can read the private key"
    assert remark in broker.log_text()
    assert remark not in tls_broker.log_text()
