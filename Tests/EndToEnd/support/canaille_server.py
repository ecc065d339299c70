"""Serves Canaille in a process of its own: ``PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI``."""

from __future__ import annotations

import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from support.canaille import EMAIL, FULL_NAME, PASSWORD, USER_NAME


def main(port: int, client_id: str, client_secret: str, redirect_uri: str) -> None:
    """Serve until the process is ended."""
    app = create_app(
        config={
            "SECRET_KEY": "end-to-end",
            "SERVER_NAME": f"localhost:{port}",
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory", "SMTP": None, "LOGGING": {"version": 1}},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048).as_dict(private=True)]},
        },
    )
    with app.app_context():
        person = models.User(
            formatted_name=FULL_NAME, family_name="Nováková", user_name=USER_NAME, emails=[EMAIL], password=PASSWORD
        )
        Backend.instance.save(person)
        client = models.Client(
            client_id=client_id,
            client_secret=client_secret,
            client_name="Drawbridge",
            redirect_uris=[redirect_uri],
            grant_types=["authorization_code", "refresh_token"],
            response_types=["code"],
            scope=["openid", "profile", "email"],
            token_endpoint_auth_method="client_secret_basic",
            id_token_signed_response_alg="RS256",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    make_server("127.0.0.1", port, app, threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
