"""The trail as an investigator finds it: exported, verified, and tampered with behind the broker's back."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import BrokerMaker
from support.binary import run
from support.broker import Broker
from support.login import code_by_local_login
from support.oauth import authorization, refresh
from support.person import Person
from support.ports import wait_until

TEXTS = ("event", "account", "client_id", "provider", "grant", "address", "reason")
COLUMNS = ("kind", "account_id", "client_id", "provider", "grant_id", "address", "reason")
OLD_SCHEMA = Path(__file__).parent / "support/schema_4.sql"
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def link_of(previous: bytes, number: int, at: int, ray: int | None, texts: list[str | None]) -> bytes:
    """One link, as docs/architecture.md describes it."""
    content = b"\x01" + previous + struct.pack(">qq", number, at)
    content += b"\x00" if ray is None else b"\x01" + struct.pack(">Q", ray)
    for text in texts:
        encoded = None if text is None else text.encode()
        content += b"\x00" if encoded is None else b"\x01" + struct.pack(">I", len(encoded)) + encoded
    return hashlib.sha256(content).digest()


def milliseconds(text: str) -> int:
    """An exported time as it is stored."""
    return round((datetime.datetime.fromisoformat(text) - EPOCH) / datetime.timedelta(milliseconds=1))


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    """A broker that has seen a login and a wrong client secret, and was stopped."""
    broker = make_broker()
    broker.start()
    service = broker.add_service("transport")
    account = broker.add_account("jana")
    request = authorization(broker, service)
    with Person() as person:
        tokens = request.tokens_for(code_by_local_login(person, request, account))
    refresh(broker, service, tokens["refresh_token"])
    broker.stop()
    return broker


@pytest.fixture
def copy(broker: Broker, tmp_path: Path) -> Path:
    """A copy of its data folder, to do harm to."""
    return Path(shutil.copytree(broker.data, tmp_path / "data"))


def verify(data: Path, *options: str) -> tuple[int, dict[str, object]]:
    """The exit status and the answer of ``audit verify``."""
    answer = run("audit", "verify", "--data", str(data), "--json", *options)
    assert answer.stdout, answer.stderr
    return answer.returncode, json.loads(answer.stdout)


def test_a_stopped_broker_leaves_a_whole_trail_sealed_to_its_end(broker: Broker) -> None:
    status, found = verify(broker.data)
    assert (status, found["intact"], found["flaw"]) == (0, True, None)
    assert found["events"] == found["sealed_up_to"] == len(broker.cli_json("audit", "--limit", "1000"))
    assert verify(broker.data, "--head", str(found["head"]))[0] == 0
    text = broker.cli("audit", "verify").stdout
    assert "whole" in text
    assert str(found["head"]) in text


def test_an_export_can_be_checked_by_anybody(broker: Broker) -> None:
    lines = broker.cli("audit", "export").stdout.splitlines()
    link = bytes(32)
    for number, line in enumerate(lines, 1):
        event = json.loads(line)
        assert event["number"] == number
        ray = event["ray_id"] and int(event["ray_id"], 16)
        link = link_of(link, number, milliseconds(event["at"]), ray, [event[name] for name in TEXTS])
        assert event["link"] == link.hex()
    assert verify(broker.data)[1]["head"] == f"{len(lines)}:{link.hex()}"
    assert broker.cli("audit", "export", "--after", str(len(lines) - 2)).stdout.splitlines() == lines[-2:]
    assert not [kind for value, kind in broker.ledger.values.items() if value in "\n".join(lines)]


def test_the_trail_tells_who_what_where_and_why(broker: Broker) -> None:
    events = broker.cli_json("audit", "--limit", "1000")
    login = next(event for event in events if event["event"] == "login.succeeded")
    assert (login["client_id"], login["provider"], login["address"]) == ("transport", "local", "127.0.0.1")
    assert login["account"]
    assert [event["reason"] for event in events if event["event"] == "trail.sealed"] == ["first_seal"]


def rewrite(database: sqlite3.Connection) -> None:
    """Change an event and every link after it, as somebody would who has read this file."""
    database.execute("UPDATE audit_events SET address = '203.0.113.9' WHERE kind = 'login.succeeded'")
    link = bytes(32)
    rows = database.execute(f"SELECT id, at, ray, {', '.join(COLUMNS)} FROM audit_events ORDER BY id").fetchall()
    for number, at, ray, *texts in rows:
        link = link_of(link, number, at, None if ray is None else ray % 2**64, texts)
        database.execute("UPDATE audit_events SET link = ? WHERE id = ?", (link, number))
    database.execute("UPDATE audit_trail SET end_link = ?", (link,))


def end_earlier(database: sqlite3.Connection) -> None:
    """Remove the newest event, and say that the trail ends before it."""
    database.execute("DELETE FROM audit_events WHERE id = (SELECT max(id) FROM audit_events)")
    database.execute(
        "UPDATE audit_trail SET (end_number, end_link) = (SELECT id, link FROM audit_events ORDER BY id DESC LIMIT 1)"
    )


def begin_later(database: sqlite3.Connection) -> None:
    """Remove the oldest events, and say that retention did it."""
    database.execute(
        "UPDATE audit_trail SET (start_number, start_link) = (SELECT id, link FROM audit_events WHERE id = 2)"
    )
    database.execute("DELETE FROM audit_events WHERE id <= 2")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        ("DELETE FROM audit_events WHERE id = 4", "Event 4 is missing"),
        ("DELETE FROM audit_events WHERE id IN (4, 5)", "Events 4 to 5 are missing"),
        ("DELETE FROM audit_events WHERE id = 1", "Event 1 is missing"),
        ("DELETE FROM audit_events WHERE id = (SELECT max(id) FROM audit_events)", "is missing"),
        ("DELETE FROM audit_events", "Events 1 to "),
        ("UPDATE audit_events SET address = '203.0.113.9' WHERE id = 6", "Event 6 was altered"),
        ("UPDATE audit_events SET at = at + 1 WHERE id = 3", "Event 3 was altered"),
        ("UPDATE audit_events SET kind = 'nothing.special' WHERE id = 3", "Event 3 cannot be read"),
        ("UPDATE audit_trail SET seal = NULL", "no seal"),
        ("UPDATE audit_trail SET seal = 'AAAA'", "seal does not open"),
        (rewrite, "were rewritten"),
        (end_earlier, "is missing"),
        (begin_later, "somebody else than retention"),
    ],
)
def test_harm_shows_and_its_place_is_named(
    copy: Path, harm: str | Callable[[sqlite3.Connection], None], words: str
) -> None:
    with closing(sqlite3.connect(copy / "drawbridge.sqlite")) as database, database:
        for trigger in ("audit_events_are_final", "audit_events_are_kept"):
            database.execute(f"DROP TRIGGER {trigger}")
        if isinstance(harm, str):
            database.execute(harm)
        else:
            harm(database)
    status, found = verify(copy)
    assert status == 2
    assert not found["intact"]
    assert words in str(found["flaw"])


def test_the_database_itself_refuses_changes(copy: Path) -> None:
    with closing(sqlite3.connect(copy / "drawbridge.sqlite")) as database:
        for change in ("UPDATE audit_events SET reason = 'x'", "DELETE FROM audit_events WHERE id = 1"):
            with pytest.raises(sqlite3.IntegrityError, match="audit events are never"):
                database.execute(change)


def test_a_noted_head_shows_that_an_older_database_was_put_back(broker: Broker, copy: Path) -> None:
    assert run("client", "delete", "transport", "--data", str(copy)).returncode == 0
    head = str(verify(copy)[1]["head"])
    status, found = verify(broker.data, "--head", head)
    assert status == 2
    assert "missing" in str(found["flaw"])
    assert run("audit", "verify", "--data", str(copy), "--head", "12:ab").returncode == 64


def test_a_rewritten_trail_is_not_sealed_by_the_next_start(make_broker: BrokerMaker) -> None:
    broker = make_broker("rewritten")
    broker.start()
    broker.add_account("jana")
    broker.stop()
    with closing(sqlite3.connect(broker.data / "drawbridge.sqlite")) as database, database:
        database.execute("DROP TRIGGER audit_events_are_final")
        database.execute("UPDATE audit_events SET kind = 'login.succeeded' WHERE kind = 'account.created'")
        rewrite(database)
    broker.start()
    wait_until(lambda: "The trail is broken" in broker.log_text(), "the broken trail in the log")
    broker.stop()
    status, found = verify(broker.data)
    assert status == 2
    assert "rewritten" in str(found["flaw"])


def test_retention_leaves_a_trail_that_verifies(make_broker: BrokerMaker) -> None:
    broker = make_broker("forgetful", options=["--audit-retention", "1"])
    broker.start()
    for number in range(5):
        broker.add_account(f"account-{number}")
    broker.stop()
    age_of_events(broker.data / "drawbridge.sqlite", days=2)
    broker.start()
    wait_until(lambda: "trail.shortened" in broker.cli("audit").stdout, "old events are removed")
    broker.stop()
    status, found = verify(broker.data)
    assert (status, found["flaw"]) == (0, None)
    assert int(str(found["removed"])) >= 5
    assert "account.created" not in broker.cli("audit", "export").stdout


def age_of_events(path: Path, days: int) -> None:
    """Make all events older, as an unsealed trail of that age."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TRIGGER audit_events_are_final")
        database.execute(f"UPDATE audit_events SET at = at - {days} * 86400000")
        rewrite(database)
        database.execute("UPDATE audit_trail SET seal = NULL")


def test_events_from_before_the_chain_are_linked_by_the_migration(copy: Path) -> None:
    path = copy / "drawbridge.sqlite"
    columns = f"at, ray, {', '.join(COLUMNS)}"
    with closing(sqlite3.connect(path)) as database:
        before = database.execute(f"SELECT {columns} FROM audit_events ORDER BY id").fetchall()
    for file in copy.glob("drawbridge.sqlite*"):
        file.unlink()
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(OLD_SCHEMA.read_text())
        database.executemany(f"INSERT INTO audit_events ({columns}) VALUES (?, ?{', ?' * len(COLUMNS)})", before)
        database.execute(
            """
            INSERT INTO clients VALUES ('parking', 'Parking', NULL, 'https://parking.example/back' || char(10), '',
                'none', NULL, 'authorization_code' || char(10), 'openid', 'jwt', 'ES256', 'ask', NULL, NULL)
            """
        )
    status, found = verify(copy)
    assert status == 2
    assert "no seal" in str(found["flaw"])
    assert found["events"] == len(before)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute(f"SELECT {columns} FROM audit_events ORDER BY id").fetchall() == before
    clients = json.loads(run("client", "list", "--data", str(copy), "--json").stdout)
    assert [client["client_id"] for client in clients] == ["parking"]


def test_codes_and_grants_from_before_keep_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "drawbridge.sqlite"
    login = "'jana', 'local', 'jana', 1000, 'pwd' || char(10), 'sid'"
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(OLD_SCHEMA.read_text())
        database.execute(
            """
            INSERT INTO clients VALUES ('parking', 'Parking', NULL, 'https://parking.example/back' || char(10), '',
                'none', NULL, 'authorization_code' || char(10), 'openid', 'jwt', 'ES256', 'ask', NULL, NULL)
            """
        )
        database.execute("INSERT INTO accounts VALUES ('jana', 'active', 1000)")
        for digest, redeemed in (("01" * 32, "NULL"), ("02" * 32, "5000"), ("03" * 32, "NULL")):
            database.execute(
                f"""
                INSERT INTO codes VALUES (x'{digest}', 'grant-{digest}', 'parking', 'https://parking.example/back',
                    'challenge', 'openid', NULL, {login}, NULL, 60000, {redeemed})
                """
            )
        database.execute(
            f"INSERT INTO grants VALUES ('g', 'parking', 'openid', {login}, 5000, 9000, 0, NULL, NULL, NULL, NULL)"
        )
    listed = run("client", "list", "--data", str(tmp_path), "--json")
    assert [client["client_id"] for client in json.loads(listed.stdout)] == ["parking"], listed.stderr
    with closing(sqlite3.connect(path)) as database:
        codes = database.execute(
            """
            SELECT hex(digest), grant_id, account_id, session_name, expires_at, redeemed_at, uncounted_logins
            FROM codes LEFT JOIN redeemed_codes USING (number) ORDER BY number
            """
        ).fetchall()
        redemptions = [(None, None), (5000, 0), (None, None)]
        assert codes == [
            (digest, f"grant-{digest}", "jana", "sid", 60000, *redemption)
            for digest, redemption in zip(("01" * 32, "02" * 32, "03" * 32), redemptions, strict=True)
        ]
        assert database.execute("SELECT id, expires_at, sweep_from FROM grants").fetchall() == [("g", 9000, 9000)]
        assert database.execute("SELECT count(*) FROM clients WHERE revision = 0").fetchone() == (0,)
        assert not database.execute("PRAGMA foreign_key_check").fetchall()
