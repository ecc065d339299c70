"""A second Drawbridge as the upstream of a first."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from .broker import Broker


def connect(
    broker: Broker,
    upstream: Broker,
    provider: str,
    name: str,
    scope: str = "openid profile email",
    registration: Sequence[str] = (),
    **changes: object,
) -> None:
    """Register ``broker`` as a client of ``upstream``, and write the provider file that says so."""
    secret = secrets.token_urlsafe(24)
    client_id = f"{provider}-of-{broker.port}"
    for ledger in (broker.ledger, upstream.ledger):
        ledger.note("client secret", secret)
    upstream.cli_json(
        *("client", "create", "--id", client_id, "--name", f"Drawbridge by {name}", "--first-party"),
        *("--redirect-uri", broker.url(f"/login/{provider}/callback"), f"--secret={secret}"),
        *("--post-logout-redirect-uri", broker.url("/oauth2/logout/return")),
        *("--scope", scope + " offline_access"),
        *registration,
    )
    broker.write_provider(
        {
            "id": provider,
            "type": "oidc",
            "name": name,
            "issuer": upstream.issuer,
            "client_id": client_id,
            "client_secret": secret,
            "scopes": scope.split(),
        }
        | changes
    )
