"""``drawbridge demo``: the sample city starts, says where, and both services work."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from support.demo import Demo, DemoPerson
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
@pytest.mark.parametrize("number", [0, 1])
def test_a_service_shows_who_logged_in_and_what_it_got(service: str, number: int, demo: Demo) -> None:
    who = demo.people()[number]
    with Person() as somebody:
        shown = demo.log_in(somebody, service, who)
    assert f"Hello, {who.name}" in shown.text
    assert shown.passwords_typed == 1
    for word in ("Access token", "Refresh token", "sub", "iss", "aud", "nonce"):
        assert word in shown.text


def test_the_tokens_can_be_refreshed(demo: Demo) -> None:
    who = demo.people()[0]
    for service in ("Transport", "Parking"):
        with Person() as somebody:
            demo.log_in(somebody, service, who)
            page = somebody.open(demo.address_of(service))
            before = page_of(page).text
            after = somebody.submit(page, page_of(page).form(action="/refresh"), {})
            assert f"Hello, {who.name}" in page_of(after).text
            assert page_of(after).text != before


def test_parking_needs_no_second_login_while_the_broker_knows_the_person(demo: Demo) -> None:
    with Person() as somebody:
        assert demo.log_in(somebody, "Parking", demo.people()[1]).passwords_typed == 1
        demo.forget(somebody, "Parking")
        again = demo.log_in(somebody, "Parking", demo.people()[1])
    assert again.passwords_typed == 0
    assert f"Hello, {demo.people()[1].name}" in again.text


def test_a_wrong_password_gets_nobody_in(demo: Demo) -> None:
    who = demo.people()[0]
    for service in ("Transport", "Parking"):
        with Person() as somebody, pytest.raises(AssertionError, match="kept asking"):
            demo.log_in(somebody, service, DemoPerson(who.username, "not-the-password", who.name))
