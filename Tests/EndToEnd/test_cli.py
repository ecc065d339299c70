"""The command line, the logs, and what start-up refuses."""

from __future__ import annotations

import json
import signal
import socket
import stat
import subprocess
from pathlib import Path

import httpx
import pytest

from conftest import BrokerMaker
from support.binary import REPOSITORY, binary, clean_environment, run
from support.broker import Account, Broker
from support.login import code_by_local_login, log_in_locally, login_page
from support.oauth import authorization, refresh, userinfo
from support.person import Person
from support.ports import free_port, wait_until

COMMANDS = ["serve", "demo", "client", "account", "provider", "key", "audit"]


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker) -> Broker:
    broker = make_broker()
    broker.start()
    return broker


def serve(folder: Path, *options: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``serve`` in the expectation that it ends by itself."""
    providers = folder / "providers"
    providers.mkdir(exist_ok=True)
    return run(
        "serve",
        *("--data", str(folder / "data"), "--providers", str(providers), "--templates", str(REPOSITORY / "templates")),
        *options,
        environment=environment,
        seconds=30,
    )


def assert_said(answer: subprocess.CompletedProcess[str], *words: str) -> None:
    """It failed, said why on standard error, and did not fall apart."""
    assert answer.returncode not in (0, None)
    assert answer.returncode > 0, f"ended by signal {-answer.returncode}: {answer.stderr}"
    for word in words:
        assert word in answer.stderr + answer.stdout, (word, answer.stderr, answer.stdout)
    assert "Fatal error" not in answer.stderr
    assert "Swift/" not in answer.stderr


def test_help_names_every_command() -> None:
    answer = run("--help")
    assert answer.returncode == 0
    for command in COMMANDS:
        assert command in answer.stdout


@pytest.mark.parametrize(
    "command",
    [
        *([name] for name in COMMANDS),
        *(["client", name] for name in ("create", "import", "list", "show", "rotate-secret", "delete", "check")),
        *(["account", name] for name in ("create", "list", "disable", "enable", "set-password", "import")),
        *(["provider", name] for name in ("list", "check")),
    ],
    ids=" ".join,
)
def test_every_command_explains_itself(command: list[str]) -> None:
    answer = run(*command, "--help")
    assert answer.returncode == 0
    assert "USAGE" in answer.stdout
    assert "OVERVIEW" in answer.stdout


SERVE_OPTIONS = """
    --issuer --host --port --data --providers --templates --login-front-end --tls-certificate --tls-key
    --trusted-proxies --log-level --log-format
"""


@pytest.mark.parametrize("option", SERVE_OPTIONS.split())
def test_serve_has_the_option(option: str) -> None:
    assert option in run("serve", "--help").stdout


def test_a_wrong_option_is_named_with_its_usage() -> None:
    answer = run("serve", "--isuer", "http://localhost")
    assert answer.returncode == 64
    assert_said(answer, "--isuer", "Usage")


def test_a_wrong_command_is_named() -> None:
    answer = run("sevre")
    assert answer.returncode == 64
    assert_said(answer, "sevre")


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = serve(tmp_path, "--host", "127.0.0.1", "--port", str(port), "--issuer", f"http://localhost:{port}")
    assert_said(answer, str(port))


@pytest.mark.parametrize("port", ["0x50", "70000", "-1", "http"])
def test_a_port_that_is_none_is_named(port: str, tmp_path: Path) -> None:
    assert_said(serve(tmp_path, f"--port={port}"), "port")


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.city.example",
        "http://192.0.2.1:8080",
        "http://localhost.elsewhere.example:8080",
        "login.city.example",
        "ftp://localhost",
        "https://login.city.example/?tenant=1",
        "https://login.city.example/#top",
        "",
    ],
)
def test_an_issuer_that_cannot_be_one_is_refused(issuer: str, tmp_path: Path) -> None:
    assert_said(serve(tmp_path, f"--issuer={issuer}", "--port", str(free_port())), "issuer")


def test_a_data_path_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    assert_said(serve(tmp_path, "--port", str(free_port())), str(tmp_path / "data"))


def test_a_missing_certificate_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    answer = serve(
        tmp_path,
        *("--issuer", "https://login.city.example", "--port", str(free_port())),
        *("--tls-certificate", missing, "--tls-key", missing),
    )
    assert_said(answer, missing)


def test_a_missing_import_file_is_named(broker: Broker) -> None:
    for noun in ("client", "account"):
        answer = broker.cli(noun, "import", "/nowhere/at-all.json")
        assert_said(answer, "/nowhere/at-all.json")


def test_a_broken_import_file_changes_nothing(broker: Broker, tmp_path: Path) -> None:
    before = broker.cli_json("client", "list")
    file = tmp_path / "clients.json"
    for text in ("[", "{}", '[{"client_id": "a"}]', '[{"client_id":"a","redirect_uris":["https://a.example/"],"x":1}]'):
        file.write_text(text)
        assert_said(broker.cli("client", "import", str(file)))
    assert broker.cli_json("client", "list") == before


def key_files(broker: Broker) -> list[Path]:
    """Files that hold a key."""
    found = [path for path in broker.data.rglob("*") if path.is_file() and "key" in path.name.lower()]
    assert found, f"no key file among {[path.name for path in broker.data.rglob('*')]}"
    return found


def test_keys_are_made_on_first_start_for_their_owner_alone(broker: Broker) -> None:
    for path in key_files(broker):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(broker.data.stat().st_mode) & 0o007 == 0


def test_a_world_readable_master_key_is_refused(make_broker: BrokerMaker) -> None:
    broker = make_broker("readable-key")
    broker.start()
    broker.stop()
    for path in key_files(broker):
        path.chmod(0o644)
    answer = run(*broker.command_line()[1:], seconds=30)
    assert_said(answer, key_files(broker)[0].name)
    for path in key_files(broker):
        path.chmod(0o600)
    broker.start()


def test_a_broken_provider_file_is_named_and_the_rest_starts(make_broker: BrokerMaker, person: Person) -> None:
    broker = make_broker("broken-provider")
    (broker.providers / "broken.json").write_text('{"id": "broken", "type": ')
    (broker.providers / "strange.json").write_text('{"id": "strange", "type": "carrier-pigeon"}')
    broker.write_provider(
        {
            "id": "unset",
            "type": "oidc",
            "name": "Unset",
            "issuer": "https://unset.example",
            "client_id": "${E2E_NEVER_SET}",
            "client_secret": "${E2E_NEVER_SET}",
        }
    )
    broker.start()
    log = broker.log_text()
    assert "broken.json" in log
    assert "strange.json" in log
    service = broker.add_service("library")
    account = broker.add_account("jana")
    request = authorization(broker, service)
    assert request.tokens_for(code_by_local_login(person, request, account))
    listed = {provider["id"]: provider for provider in broker.cli_json("provider", "list", *provider_option(broker))}
    assert listed["unset"]["available"] is False
    assert "E2E_NEVER_SET" in json.dumps(listed["unset"])


def provider_option(broker: Broker) -> list[str]:
    """Where this broker's provider files are."""
    return ["--providers", str(broker.providers)]


def test_provider_check_says_in_plain_words_what_is_wrong(broker: Broker) -> None:
    port = free_port()
    broker.write_provider(
        {
            "id": "dead",
            "type": "oidc",
            "name": "Dead",
            "issuer": f"http://127.0.0.1:{port}",
            "client_id": "a",
            "client_secret": "b",
        }
    )
    answer = broker.cli("provider", "check", "dead", *provider_option(broker))
    assert_said(answer, f"127.0.0.1:{port}")
    assert_said(broker.cli("provider", "check", "nobody", *provider_option(broker)), "nobody")


def test_a_provider_added_while_running_is_there_after_sighup(make_broker: BrokerMaker, person: Person) -> None:
    broker = make_broker("sighup")
    broker.start()
    service = broker.add_service("library")
    broker.write_provider(
        {
            "id": "late",
            "type": "oidc",
            "name": "Latecomer",
            "issuer": "https://late.example",
            "client_id": "a",
            "client_secret": "late-comers-secret",
        }
    )
    assert broker.process is not None
    broker.process.send_signal(signal.SIGHUP)
    page = authorization(broker, service).url
    wait_until(lambda: "Latecomer" in person.open(page).text, "the new provider", 10)
    (broker.providers / "late.json").write_text("{")
    broker.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "late.json" in broker.log_text(), "the report of the broken file", 10)
    assert "Latecomer" in person.open(page).text, "the old one stays"


def test_a_client_goes_through_its_life(broker: Broker) -> None:
    service = broker.add_service("life", first_party=False)
    shown = broker.cli_json("client", "show", "life")
    assert shown["client_id"] == "life"
    assert shown["redirect_uris"] == [service.redirect_uri]
    assert service.secret not in json.dumps(shown)
    assert "life" in {client["client_id"] for client in broker.cli_json("client", "list")}
    rotated = broker.cli_json("client", "rotate-secret", "life")
    new_secret = rotated["client_secret"]
    broker.ledger.note("client secret", new_secret)
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": service.redirect_uri}
    old = httpx.post(broker.url("/oauth2/token"), data=form | {"code_verifier": "v" * 43}, auth=service.basic)
    assert old.json()["error"] == "invalid_client"
    new = httpx.post(broker.url("/oauth2/token"), data=form | {"code_verifier": "v" * 43}, auth=("life", new_secret))
    assert new.json()["error"] == "invalid_grant"
    assert broker.cli("client", "delete", "life").returncode == 0
    assert_said(broker.cli("client", "show", "life"), "life")
    gone = httpx.get(authorization(broker, service).url)
    assert gone.status_code == 400


def test_a_secret_is_made_up_when_none_is_given(broker: Broker) -> None:
    made = broker.cli_json(
        *("client", "create", "--id", "made-up", "--name", "Made Up", "--redirect-uri", "https://made.up.example/cb")
    )
    assert len(made["client_secret"]) >= 32
    broker.ledger.note("client secret", made["client_secret"])


@pytest.mark.parametrize(
    "uri",
    [
        "http://service.city.example/cb",
        "https://service.city.example/cb#x",
        "/cb",
        "javascript:alert(1)",
        "https://*/",
        "",
    ],
)
def test_a_redirect_uri_that_must_not_be_is_not_registered(uri: str, broker: Broker) -> None:
    answer = broker.cli("client", "create", "--id", "bad-uri", "--name", "Bad", f"--redirect-uri={uri}")
    assert_said(answer)
    assert broker.cli("client", "show", "bad-uri").returncode != 0


def test_a_taken_client_id_and_user_name_are_refused(broker: Broker) -> None:
    broker.add_service("taken")
    again = broker.cli(
        *("client", "create", "--id", "taken", "--name", "Other", "--redirect-uri", "https://other.example/cb")
    )
    assert_said(again, "taken")
    broker.add_account("taken")
    for spelling in ("taken", "TAKEN"):
        assert_said(broker.cli("account", "create", "--username", spelling, "--email", "other@city.example"))


def test_an_account_is_disabled_enabled_and_given_a_password_at_once(broker: Broker, person: Person) -> None:
    service = broker.add_service("gate")
    account = broker.add_account("zuzana")
    request = authorization(broker, service)
    tokens = request.tokens_for(code_by_local_login(person, request, account))

    assert broker.cli("account", "disable", account.username).returncode == 0
    assert userinfo(broker, tokens["access_token"]).status_code in (401, 403)
    assert refresh(broker, service, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    silent = authorization(broker, service, prompt="none")
    assert silent.error_from(person.open(silent.url, service.redirect_uri)) in ("login_required", "access_denied")

    assert broker.cli("account", "enable", account.username).returncode == 0
    changed = Account(account.username, "another-password-of-zuzana", account.email, account.name)
    broker.ledger.note("password", changed.password)
    set_password = broker.cli("account", "set-password", account.username, "--password-stdin", stdin=changed.password)
    assert set_password.returncode == 0, set_password.stderr
    with Person() as somebody:
        page = login_page(somebody, authorization(broker, service))
        assert log_in_locally(somebody, page, account).status_code in (400, 401, 403, 429)
    wait_until(lambda: logs_in(broker, changed), "the delay after a wrong password", 20)


def logs_in(broker: Broker, account: Account) -> bool:
    """Whether a fresh browser gets in now."""
    service = broker.add_service("gate-again") if broker.cli("client", "show", "gate-again").returncode else None
    redirect_uri = service.redirect_uri if service else "https://gate-again.city.example/callback"
    with Person() as somebody:
        page = somebody.open(
            broker.url("/oauth2/authorize")
            + "?response_type=code&client_id=gate-again&code_challenge_method=S256&scope=openid&state=s"
            + f"&code_challenge={'c' * 43}&redirect_uri={redirect_uri}"
        )
        return log_in_locally(somebody, page, account, redirect_uri).is_redirect


def test_options_can_be_given_by_environment(tmp_path: Path) -> None:
    port = free_port()
    environment = clean_environment(
        {
            "DRAWBRIDGE_ISSUER": f"http://localhost:{port}",
            "DRAWBRIDGE_HOST": "127.0.0.1",
            "DRAWBRIDGE_PORT": str(port),
            "DRAWBRIDGE_DATA": str(tmp_path / "data"),
            "DRAWBRIDGE_PROVIDERS": str(tmp_path),
            "DRAWBRIDGE_LOG_FORMAT": "json",
        }
    )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([str(binary()), "serve"], cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
    try:
        wait_until(lambda: _issuer_at(port) == f"http://localhost:{port}", "the broker", 30)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def _issuer_at(port: int) -> str | None:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration", timeout=2).json()["issuer"]
    except httpx.HTTPError:
        return None
