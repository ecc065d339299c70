"""``drawbridge provider``: a newcomer adds, checks, switches off and switches on a provider from the command line."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conftest import BrokerMaker
from support.binary import REPOSITORY, run
from support.broker import Broker
from support.ports import free_port

ISSUER = "https://login.city.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def provider(
    folder: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``drawbridge provider`` on the files of ``folder``."""
    return run("provider", *arguments, "--providers", str(folder), environment=environment)


def add(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> dict[str, object]:
    """Add a provider and read what the command says about it."""
    answer = provider(folder, "add", *arguments, "--broker-issuer", ISSUER, "--json", environment=environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_a_provider_is_added_and_what_is_left_to_do_is_said(folder: Path) -> None:
    said = add(folder, "--type", "oidc", "--id", "campus", "--issuer", "https://id.campus.example")
    assert said["callback"] == f"{ISSUER}/login/campus/callback"
    assert said["unset_variables"] == ["CAMPUS_CLIENT_ID", "CAMPUS_CLIENT_SECRET"]
    file = folder / "campus.json"
    assert said["file"] == str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert json.loads(file.read_text())["client_secret"] == "${CAMPUS_CLIENT_SECRET}"
    listed = json.loads(provider(folder, "list", "--json").stdout)
    campus = next(entry for entry in listed if entry["id"] == "campus")
    assert (campus["state"], campus["name"]) == ("unavailable", "Campus")
    assert "CAMPUS_CLIENT_ID is not set (line 7, $.client_id)" in campus["reason"]
    values = {"CAMPUS_CLIENT_ID": "a", "CAMPUS_CLIENT_SECRET": "b"}
    ready = json.loads(provider(folder, "list", "--json", environment=values).stdout)
    assert next(entry for entry in ready if entry["id"] == "campus")["state"] == "available"


def test_the_first_provider_makes_the_folder(folder: Path) -> None:
    said = add(folder / "etc" / "providers", "--type", "google")
    assert Path(str(said["file"])) == folder / "etc" / "providers" / "google.json"


@pytest.mark.parametrize("kind", ["google", "github", "facebook", "linkedin", "gitlab", "apple", "local"])
def test_a_type_that_needs_nothing_more_is_added_as_it_is_shipped(folder: Path, kind: str) -> None:
    add(folder, "--type", kind)
    shipped = json.loads((REPOSITORY / "providers" / f"{kind}.json").read_text())
    shipped.pop("name")
    added = json.loads((folder / f"{kind}.json").read_text())
    assert added.pop("name")
    assert added == shipped


@pytest.mark.parametrize(
    "arguments",
    [
        ["microsoft", "--set", "tenant=organizations"],
        ["cognito", "--issuer", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_city"],
        ["oidc", "--issuer", "https://id.example"],
        ["header", "--set", "subject_header=X-Remote-User"],
        [
            "oauth2",
            *("--set", "subject=$.id", "--set", "endpoints.authorization=https://id.example/a"),
            *("--set", "endpoints.token=https://id.example/t", "--set", "endpoints.userinfo=https://id.example/u"),
        ],
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_is_added_is_as_the_schema_has_it_and_check_names_what_is_missing(
    folder: Path, arguments: list[str]
) -> None:
    said = add(folder, "--type", *arguments)
    content = json.loads((folder / f"{arguments[0]}.json").read_text())
    schema = json.loads((REPOSITORY / "providers" / "schema.json").read_text())
    assert [flaw.message for flaw in Draft202012Validator(schema).iter_errors(content)] == []
    answer = provider(folder, "check", arguments[0])
    assert answer.returncode == (2 if said["unset_variables"] else 0)
    assert all(f"{variable} is not set" in answer.stdout for variable in said["unset_variables"])


def test_the_text_names_callback_and_variables(folder: Path) -> None:
    answer = provider(
        *(folder, "add", "--type", "oidc", "--id", "campus", "--issuer", "https://id.campus.example"),
        *("--client-id", "drawbridge", "--client-secret-env", "SECRET_OF_CAMPUS"),
        environment={"DRAWBRIDGE_ISSUER": ISSUER},
    )
    assert answer.returncode == 0, answer.stderr
    assert f"{ISSUER}/login/campus/callback" in answer.stdout
    assert "SECRET_OF_CAMPUS" in answer.stdout
    assert "drawbridge provider check campus" in answer.stdout


def test_a_file_of_a_secret_is_found_from_where_the_command_was_typed(folder: Path) -> None:
    (folder / "secret").write_text("very-secret\n")
    common = ("--type", "oidc", "--issuer", "https://id.campus.example", "--client-id", "x")
    here = add(folder, *common, "--id", "here", "--client-secret-file", str(folder / "secret"))
    assert here["missing_files"] == []
    gone = add(folder, *common, "--id", "gone", "--client-secret-file", "/nowhere/secret")
    assert gone["missing_files"] == ["/nowhere/secret"]
    answer = provider(folder, "check", "here", "--json")
    assert "very-secret" not in answer.stdout + answer.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--type", "carrier-pigeon"], ["carrier-pigeon", "oidc"]),
        (["--type", "oidc", "--id", "x"], ["issuer", "--issuer URL"]),
        (["--type", "oidc", "--id", "X", "--issuer", "https://a.example"], ["$.id", "lower-case"]),
        (["--type", "oidc", "--id", "../x", "--issuer", "https://a.example"], ["$.id", "lower-case"]),
        (["--type", "oidc", "--id", "x", "--issuer", "http://a.example"], ["$.issuer", "https"]),
        (["--type", "oidc", "--issuer", "https://a.example", "--set", "scope=[]"], ["$.scope", "did you mean scopes?"]),
        (["--type", "oidc", "--issuer", "https://a.example", "--set", "enabled"], ["--set enabled", "key=value"]),
        (["--type", "oidc", "--issuer", "https://a.example", "--set", "client_secret=hunter2"], ["client_secret"]),
        (["--type", "oidc", "--client-secret-env", "A", "--client-secret-file", "b"], ["--client-secret-file"]),
        (
            ["--type", "oidc", "--issuer", "https://a.example", "--broker-issuer", "http://b.example"],
            ["--broker-issuer"],
        ),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(folder: Path, arguments: list[str], words: list[str]) -> None:
    answer = provider(folder, "add", *arguments)
    assert answer.returncode > 0
    for word in words:
        assert word in answer.stderr, answer.stderr
    assert "hunter2" not in answer.stderr
    assert list(folder.iterdir()) == []


def test_a_file_that_is_there_is_never_overwritten(folder: Path) -> None:
    arguments = ("--type", "oidc", "--id", "campus", "--issuer", "https://id.campus.example")
    add(folder, *arguments)
    before = (folder / "campus.json").read_text()
    answer = provider(folder, "add", *arguments, "--name", "Other")
    assert answer.returncode == 1
    assert "campus.json" in answer.stderr
    assert (folder / "campus.json").read_text() == before


def test_switching_off_and_on_leaves_the_rest_of_the_file_alone(folder: Path) -> None:
    text = '{\n\t"id": "campus",   "type":"oidc",\n\n\t"name": "Campus ☕"\n}\n'
    file = folder / "campus.json"
    file.write_text(text)
    file.chmod(0o600)
    off = json.loads(provider(folder, "disable", "campus", "--json").stdout)
    assert off == {"id": "campus", "enabled": False, "changed": True}
    assert file.read_text() == text.replace('"Campus ☕"', '"Campus ☕",\n\t"enabled": false')
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = json.loads(provider(folder, "disable", "campus", "--json").stdout)
    assert again["changed"] is False
    assert provider(folder, "enable", "campus").returncode == 0
    assert file.read_text() == text.replace('"Campus ☕"', '"Campus ☕",\n\t"enabled": true')
    missing = provider(folder, "disable", "nobody")
    assert missing.returncode == 1
    assert "nobody.json" in missing.stderr


def test_local_accounts_can_be_switched_off_without_a_file_of_theirs(folder: Path) -> None:
    answer = provider(folder, "disable", "local")
    assert answer.returncode == 1
    assert "provider add --type local --set enabled=false" in answer.stderr
    added = add(folder, "--type", "local", "--set", "enabled=false")
    assert "callback" not in added
    listed = json.loads(provider(folder, "list", "--json").stdout)
    assert [(entry["id"], entry["state"]) for entry in listed] == [("local", "disabled")]


def test_broken_files_are_in_the_list(folder: Path) -> None:
    (folder / "broken.json").write_text('{\n"id": ')
    listed = json.loads(provider(folder, "list", "--json").stdout)
    broken = next(entry for entry in listed if entry["id"] == "broken")
    assert (broken["state"], broken["available"]) == ("broken", False)
    assert "broken.json, line 2" in broken["reason"]


def test_without_an_id_everybody_is_checked(make_broker: BrokerMaker, folder: Path) -> None:
    upstream: Broker = make_broker("checked", host="127.0.0.1")
    upstream.start()
    registered = upstream.add_service("a").secret
    assert registered is not None
    for name, issuer in (("sound", upstream.issuer), ("dead", f"http://127.0.0.1:{free_port()}")):
        add(folder, "--type", "oidc", "--id", name, "--issuer", issuer, "--client-id", "a")
    (folder / "broken.json").write_text("{")
    secrets = {"SOUND_CLIENT_SECRET": registered, "DEAD_CLIENT_SECRET": "never-shown-2"}
    answer = provider(folder, "check", "--json", environment=secrets)
    assert answer.returncode == 2
    assert not any(secret in answer.stdout + answer.stderr for secret in secrets.values())
    found = json.loads(answer.stdout)
    problems = {row["provider"] for row in found if row["severity"] == "problem"}
    assert problems == {"dead", "broken"}
    assert {row["provider"] for row in found} == {"local", "sound", "dead", "broken"}
    one = provider(folder, "check", "sound", environment=secrets)
    assert one.returncode == 0, one.stdout
    assert f"{upstream.issuer}" in one.stdout
    unknown = provider(folder, "check", "sound", environment={"SOUND_CLIENT_SECRET": "never-shown-1"})
    assert unknown.returncode == 2
    assert "does not accept the client (invalid_client)" in unknown.stdout
