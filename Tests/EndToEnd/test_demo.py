"""``drawbridge demo``: the sample city starts, says where, and both services work."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from support.demo import Demo
from support.person import Person, page_of


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    demo.start()
    yield demo
    demo.stop()


def test_it_prints_what_to_open_and_whom_to_log_in_as(demo: Demo) -> None:
    assert "Transport" in demo.text()
    assert "Parking" in demo.text()
    assert len(demo.addresses()) >= 3
    assert len(demo.people()) >= 2


def test_every_address_it_prints_answers(demo: Demo) -> None:
    for address in demo.addresses():
        assert httpx.get(address, follow_redirects=True).status_code < 500, address


@pytest.mark.parametrize("service", ["Transport", "Parking"])
def test_a_service_shows_who_logged_in(service: str, demo: Demo) -> None:
    username, password = demo.people()[0]
    with Person() as somebody:
        page = demo.log_in(somebody, service, username, password)
        text = page_of(page).text
        assert username.split("@")[0].lower() in text.lower()
        for word in ("access_token", "sub"):
            assert word in text


def test_the_second_service_needs_no_second_login(demo: Demo) -> None:
    username, password = demo.people()[1]
    with Person() as somebody:
        demo.log_in(somebody, "Transport", username, password)
        page = demo.log_in(somebody, "Parking", username, "not-needed-any-more")
        assert "access_token" in page_of(page).text
