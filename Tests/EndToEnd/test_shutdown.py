"""An orderly end, whatever is under way."""

from __future__ import annotations

import signal
import socket
import threading
import time

import pytest

from conftest import BrokerMaker
from support.login import log_in_locally, login_page
from support.oauth import authorization
from support.person import Person


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_while_somebody_is_slow(with_signal: signal.Signals, make_broker: BrokerMaker) -> None:
    broker = make_broker(f"slow-{with_signal.name.lower()}")
    broker.start()
    assert broker.process is not None
    with socket.create_connection(("127.0.0.1", broker.port)) as slow:
        slow.sendall(b"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ngrant")
        begun = time.monotonic()
        broker.process.send_signal(with_signal)
        assert broker.process.wait(60) == 0
        assert time.monotonic() - begun < 45
    broker.process = None


def test_a_peer_that_does_not_take_its_answers_is_not_waited_for(make_broker: BrokerMaker) -> None:
    broker = make_broker("untaken")
    broker.start()
    assert broker.process is not None
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        idle.connect(("127.0.0.1", broker.port))
        idle.settimeout(1)
        with pytest.raises(TimeoutError):
            idle.sendall(b"GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n" * 1_000_000)
        begun = time.monotonic()
        broker.process.send_signal(signal.SIGTERM)
        assert broker.process.wait(60) == 0
        assert time.monotonic() - begun < 20
    broker.process = None


def test_a_request_under_way_is_answered_before_the_end(make_broker: BrokerMaker) -> None:
    broker = make_broker("under-way")
    broker.start()
    account = broker.add_account("jana")
    service = broker.add_service("library")
    with Person() as somebody:
        page = login_page(somebody, authorization(broker, service))
        answers: list[int] = []
        work = threading.Thread(
            target=lambda: answers.append(log_in_locally(somebody, page, account, service.redirect_uri).status_code)
        )
        work.start()
        time.sleep(0.02)
        broker.stop()
        work.join(20)
    assert answers in ([303], []), "answered, or never taken"
