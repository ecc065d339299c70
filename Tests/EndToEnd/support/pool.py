"""Cognito's API as served by moto: real pools, people, RS256 tokens and key sets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import secrets
from dataclasses import dataclass

import boto3
import httpx
from moto.server import ThreadedMotoServer

REGION = "us-east-1"


@dataclass(frozen=True)
class UpstreamTokens:
    """What a pool gives to whoever logged in."""

    access_token: str
    id_token: str
    refresh_token: str


@dataclass(frozen=True)
class PoolPerson:
    """Somebody registered in a pool."""

    username: str
    password: str
    email: str
    name: str


class Pool:
    """One user pool with one app client."""

    def __init__(self, endpoint: str, name: str) -> None:
        """Create the pool and its app client."""
        self.endpoint = endpoint
        self.aws = boto3.client(
            "cognito-idp",
            region_name=REGION,
            endpoint_url=endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        self.id = self.aws.create_user_pool(PoolName=name)["UserPool"]["Id"]
        self.client_id = self.add_app_client("front end")

    @property
    def issuer(self) -> str:
        """The ``iss`` of this pool's tokens: always the public host."""
        return f"https://cognito-idp.{REGION}.amazonaws.com/{self.id}"

    def add_app_client(self, name: str) -> str:
        """Register a further app client; answers its id."""
        return self._create_app_client(name)["ClientId"]

    def add_confidential_app_client(self, name: str) -> tuple[str, str]:
        """Register a further app client with a secret; answers id and secret."""
        client = self._create_app_client(name, GenerateSecret=True)
        return client["ClientId"], client["ClientSecret"]

    def _create_app_client(self, name: str, **options: object) -> dict[str, str]:
        answer = self.aws.create_user_pool_client(
            UserPoolId=self.id,
            ClientName=name,
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            ReadAttributes=["email", "name"],
            **options,
        )
        return answer["UserPoolClient"]

    def add_person(self, username: str, name: str) -> PoolPerson:
        """Register and confirm somebody."""
        person = PoolPerson(username, f"Aa1!{secrets.token_urlsafe(18)}", f"{username}@pool.example", name)
        attributes = {"email": person.email, "name": person.name}
        self.aws.admin_create_user(
            UserPoolId=self.id,
            Username=username,
            UserAttributes=[{"Name": key, "Value": value} for key, value in attributes.items()],
            MessageAction="SUPPRESS",
        )
        self.aws.admin_set_user_password(
            UserPoolId=self.id, Username=username, Password=person.password, Permanent=True
        )
        return person

    def log_in(
        self, person: PoolPerson, client_id: str | None = None, client_secret: str | None = None
    ) -> UpstreamTokens:
        """``InitiateAuth`` with user name and password, as a login front end sends it."""
        parameters = {"USERNAME": person.username, "PASSWORD": person.password}
        if client_secret is not None:
            message = (person.username + (client_id or self.client_id)).encode()
            digest = hmac.digest(client_secret.encode(), message, hashlib.sha256)
            parameters["SECRET_HASH"] = base64.b64encode(digest).decode()
        result = self._initiate_auth("USER_PASSWORD_AUTH", client_id, parameters)
        return UpstreamTokens(result["AccessToken"], result["IdToken"], result["RefreshToken"])

    def end_sessions(self, person: PoolPerson) -> None:
        """Make the pool refuse every refresh token it gave to ``person``."""
        self.aws.admin_user_global_sign_out(UserPoolId=self.id, Username=person.username)

    def _initiate_auth(self, flow: str, client_id: str | None, parameters: dict[str, str]) -> dict[str, str]:
        answer = httpx.post(
            self.endpoint + "/",
            headers={
                "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
                "Content-Type": "application/x-amz-json-1.1",
            },
            content=json.dumps(
                {"AuthFlow": flow, "ClientId": client_id or self.client_id, "AuthParameters": parameters}
            ),
        )
        answer.raise_for_status()
        return answer.json()["AuthenticationResult"]

    def provider_file(self, identifier: str = "city-pool", **changes: object) -> dict[str, object]:
        """The provider file that tells Drawbridge of this pool."""
        return {
            "id": identifier,
            "type": "cognito",
            "name": "City Account",
            "issuer": self.issuer,
            "client_id": self.client_id,
            "endpoints": {"jwks": f"{self.endpoint}/{self.id}/.well-known/jwks.json", "api": self.endpoint + "/"},
        } | changes


class MotoServer:
    """moto on a loopback port of its own."""

    def __init__(self) -> None:
        """Start serving."""
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        _, port = self._server.get_host_and_port()
        self.endpoint = f"http://127.0.0.1:{port}"

    def pool(self, name: str) -> Pool:
        """Create one more pool."""
        return Pool(self.endpoint, name)

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()
