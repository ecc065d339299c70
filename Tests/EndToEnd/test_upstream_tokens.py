"""Upstream tokens encrypted to a client's own key (RFC 7516), opened by joserfc."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from conftest import BrokerMaker
from support.broker import Broker, Service
from support.front_end import FrontEnd
from support.oauth import authorization, noted_tokens, refresh, unverified_claims
from support.person import Person
from support.pool import Pool, PoolPerson

FRONT_END = "http://localhost:24999"
pytestmark = pytest.mark.usefixtures("still_alive")


@pytest.fixture(scope="module")
def broker(make_broker: BrokerMaker, moto_pool: Pool) -> Broker:
    broker = make_broker(options=["--login-front-end", FRONT_END])
    broker.write_provider(moto_pool.provider_file())
    broker.start()
    return broker


@pytest.fixture(scope="module")
def citizen(moto_pool: Pool) -> PoolPerson:
    return moto_pool.add_person("encrypted-jana", "Jana Kováčová")


@pytest.fixture(scope="module")
def key(broker: Broker) -> OctKey:
    key = OctKey.generate_key(256, {"kid": "reports 1"})
    broker.ledger.note("client key", str(key.as_dict(private=True)["k"]))
    return key


def key_file(folder: Path, key: OctKey) -> str:
    path = folder / f"{secrets.token_hex(4)}.jwk.json"
    path.write_text(json.dumps(key.as_dict(private=True)))
    return str(path)


def opened(token: str, key: OctKey) -> tuple[dict[str, object], str]:
    decrypted = jwe.decrypt_compact(token, key, algorithms=["dir", "A256GCM"])
    assert decrypted.plaintext is not None
    return decrypted.protected, decrypted.plaintext.decode()


@pytest.mark.parametrize("profile", ["sealed", "jwt"])
def test_joserfc_opens_what_the_pool_gave(
    profile: str, broker: Broker, key: OctKey, moto_pool: Pool, citizen: PoolPerson, person: Person
) -> None:
    service: Service = broker.add_service(
        f"reports-{profile}", "--upstream-token-key", key_file(broker.root, key), "--token-profile", profile
    )
    upstream = moto_pool.log_in(citizen)
    request = authorization(broker, service)
    tokens = request.tokens_for(FrontEnd(broker, FRONT_END).bridge(person, request, upstream))
    header, access_token = opened(tokens["upstream_access_token"], key)
    assert header == {"alg": "dir", "enc": "A256GCM", "kid": "reports 1"}
    assert access_token == upstream.access_token
    header, id_token = opened(tokens["upstream_id_token"], key)
    assert header["cty"] == "JWT"
    assert id_token == upstream.id_token
    for name in ("access_token", "refresh_token"):
        assert upstream.access_token not in tokens[name]
    with pytest.raises(JoseError):
        opened(tokens["upstream_access_token"], OctKey.generate_key(256))

    answer = refresh(broker, service, tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    fresh = noted_tokens(broker, answer)
    _, refreshed = opened(fresh["upstream_access_token"], key)
    assert unverified_claims(refreshed)["sub"] == unverified_claims(upstream.access_token)["sub"]
    assert unverified_claims(refreshed)["token_use"] == "access"


@pytest.mark.parametrize(
    "text", [lambda raw: raw.hex(), lambda raw: json.dumps({"kty": "oct", "k": "AAEC"}), lambda raw: "short"]
)
def test_a_key_file_holds_32_bytes_or_is_refused(text: object, broker: Broker, tmp_path: Path) -> None:
    raw = secrets.token_bytes(32)
    path = tmp_path / "key"
    path.write_text(text(raw) + "\n")
    client_id = f"hex-{secrets.token_hex(4)}"
    answer = broker.cli(
        *("client", "create", "--id", client_id, "--name", "Hex", "--redirect-uri", "https://hex.city.example/"),
        *("--upstream-token-key", str(path)),
    )
    assert (answer.returncode == 0) == (text(raw) == raw.hex()), answer.stderr
    assert raw.hex() not in answer.stdout + answer.stderr


def test_the_registration_comes_back_without_the_key(broker: Broker, key: OctKey, tmp_path: Path) -> None:
    k = str(key.as_dict(private=True)["k"])
    path = tmp_path / "clients.json"
    entry = {
        "client_id": "imported",
        "client_secret": secrets.token_urlsafe(24),
        "redirect_uris": ["https://imported.city.example/"],
        "upstream_token_encryption": {"alg": "dir", "enc": "A256GCM", "kid": "i", "k": k},
    }
    path.write_text(json.dumps([entry]))
    broker.cli_json("client", "import", str(path))
    shown = broker.cli("client", "show", "imported", "--json")
    assert k not in shown.stdout
    assert json.loads(shown.stdout)["upstream_token_encryption"] == {"alg": "dir", "enc": "A256GCM", "kid": "i"}
    assert k not in broker.cli("client", "show", "imported").stdout
    path.write_text(json.dumps([entry | {"client_id": "again", "upstream_token_encryption": {"alg": "dir"}}]))
    refused = broker.cli("client", "import", str(path))
    assert refused.returncode == 1
    assert "upstream_token_encryption" in refused.stderr
