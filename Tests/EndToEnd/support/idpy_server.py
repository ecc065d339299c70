"""Serves the OpenID provider of idpyoidc in a process of its own: ``PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI``."""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration

from support.idpy import PERSON

JSON = {"Content-Type": "application/json"}
ENDPOINTS = {
    "provider_config": (".well-known/openid-configuration", "oidc.provider_config.ProviderConfiguration"),
    "authorization": ("authorization", "oidc.authorization.Authorization"),
    "token": ("token", "oidc.token.Token"),
    "userinfo": ("userinfo", "oidc.userinfo.UserInfo"),
}
MINTED = ["access_token", "refresh_token", "id_token"]


def configuration(issuer: str) -> dict[str, object]:
    """A provider with one person, who is logged in already; its access tokens are JWTs for itself."""
    jwt = {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": 3600, "aud": [issuer]}}
    return {
        "issuer": issuer,
        "keys": {
            "uri_path": "jwks.json",
            "key_defs": [{"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]}],
        },
        "token_handler_args": {
            "jwks_def": {"key_defs": [{"type": "oct", "bytes": 24, "use": ["enc"], "kid": "code"}]},
            "code": {"lifetime": 600},
            "token": jwt,
            "refresh": jwt,
            "id_token": {
                "class": "idpyoidc.server.token.id_token.IDToken",
                "kwargs": {"id_token_signing_alg_values_supported": ["RS256"]},
            },
        },
        "endpoint": {
            name: {"path": path, "class": f"idpyoidc.server.{where}", "kwargs": {}}
            for name, (path, where) in ENDPOINTS.items()
        },
        "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": {PERSON["sub"]: PERSON}}},
        "authentication": {
            "known": {
                "acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
                "class": "idpyoidc.server.user_authn.user.NoAuthn",
                "kwargs": {"user": PERSON["sub"]},
            }
        },
        "authz": {
            "class": "idpyoidc.server.authz.AuthzHandling",
            "kwargs": {
                "grant_config": {
                    "usage_rules": {
                        "authorization_code": {"supports_minting": MINTED, "max_usage": 1},
                        "refresh_token": {"supports_minting": MINTED},
                    },
                    "expires_in": 43200,
                }
            },
        },
        "template_dir": ".",
        "add_ons": {
            "pkce": {"function": "idpyoidc.server.oauth2.add_on.pkce.add_support", "kwargs": {"essential": True}}
        },
    }


def made(issuer: str, client_id: str, client_secret: str, redirect_uri: str) -> Server:
    """The provider, with one client registered."""
    server = Server(OPConfiguration(configuration(issuer), base_path="."))
    server.context.cdb[client_id] = {
        "client_secret": client_secret,
        "redirect_uris": [(redirect_uri, None)],
        "client_salt": "salted",
        "token_endpoint_auth_method": "client_secret_basic",
        "response_types_supported": ["code"],
        "allowed_scopes": ["openid", "profile", "email"],
        "id_token_signed_response_alg": "RS256",
    }
    server.keyjar.add_symmetric(client_id, client_secret)
    return server


def main(port: int, client_id: str, client_secret: str, redirect_uri: str) -> None:
    """Serve until the process is ended."""
    server = made(f"http://localhost:{port}", client_id, client_secret, redirect_uri)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.serve(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self.serve(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())

        def serve(self, sent: str) -> None:
            path = urlsplit(self.path).path.lstrip("/")
            name = next((name for name, (place, _) in ENDPOINTS.items() if place == path), None)
            if path == "jwks.json":
                self.say(200, server.keyjar.export_jwks(), JSON)
            elif name is None:
                self.say(404, "", {})
            else:
                self.answer(name, dict(parse_qsl(sent)))

        def answer(self, name: str, sent: dict[str, str]) -> None:
            endpoint = server.get_endpoint(name)
            about = {"headers": {key.lower(): value for key, value in self.headers.items()}}
            request = {} if name == "provider_config" else endpoint.parse_request(sent, http_info=about)
            if "error" in request:
                self.say(400, request.to_dict(), JSON)
                return
            result = endpoint.process_request(request, http_info=about)
            answer = endpoint.do_response(request=request, **result)
            if name == "authorization" and "error" not in result:
                self.say(303, "", {"Location": answer["response"]})
            else:
                self.say(400 if "error" in result else 200, answer["response"], dict(answer.get("http_headers", [])))

        def say(self, status: int, content: object, headers: dict[str, str]) -> None:
            body = (content if isinstance(content, str) else json.dumps(content)).encode()
            self.send_response(status)
            for key, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
