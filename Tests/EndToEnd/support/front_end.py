"""The login front end's side of the bridge."""

from __future__ import annotations

from dataclasses import asdict

import httpx

from .broker import Broker
from .oauth import Authorization
from .person import Person, location_of, query_of
from .pool import UpstreamTokens


class FrontEnd:
    """A login front end at ``origin``; nothing has to listen there."""

    def __init__(self, broker: Broker, origin: str) -> None:
        """The front end that ``broker`` was told of."""
        self.broker = broker
        self.origin = origin

    def payload_from(self, response: httpx.Response, request: Authorization) -> str:
        """What arrives at the front end's login page; checks every parameter of it."""
        assert response.status_code == 303, f"{response.status_code}: {response.text[:500]}"
        target = location_of(response)
        assert target.startswith(self.origin + "/login?"), target
        answer = query_of(target)
        assert set(answer) == {"client_id", "payload", "redirect_uri", "state"}, target
        for name in ("client_id", "redirect_uri", "state"):
            assert answer[name] == request.parameters[name]
        return answer["payload"]

    def begin(self, person: Person, request: Authorization) -> str:
        """The browser follows the client's link; answers the payload the front end sees."""
        return self.payload_from(person.get(request.url), request)

    def info(self, payload: str) -> httpx.Response:
        """Ask what is being logged in to."""
        return httpx.get(self.broker.url("/oauth2/info"), params={"payload": payload}, headers={"Origin": self.origin})

    def body(self, payload: str, tokens: UpstreamTokens) -> dict[str, str]:
        """The JSON body of a store request."""
        for kind, value in asdict(tokens).items():
            self.broker.ledger.note(f"upstream {kind}", value)
        return {"payload": payload} | {kind: value for kind, value in asdict(tokens).items() if value}

    def store_from_browser(self, person: Person, payload: str, tokens: UpstreamTokens) -> httpx.Response:
        """A same-site page's ``fetch`` with ``credentials: 'include'``."""
        return person.post(
            self.broker.url("/oauth2/store"), json=self.body(payload, tokens), headers={"Origin": self.origin}
        )

    def store_cross_site(self, payload: str, tokens: UpstreamTokens) -> httpx.Response:
        """A page of another site: its origin is listed, but no cookie is sent."""
        return httpx.post(
            self.broker.url("/oauth2/store"), json=self.body(payload, tokens), headers={"Origin": self.origin}
        )

    def store_from_back_end(self, payload: str, tokens: UpstreamTokens, auth: httpx.Auth) -> httpx.Response:
        """The front end's own back end, with a client credential."""
        return httpx.post(self.broker.url("/oauth2/store"), json=self.body(payload, tokens), auth=auth)

    def proceed(self, person: Person, payload: str) -> httpx.Response:
        """The browser goes on to ``/oauth2/continue``."""
        return person.get(self.broker.url("/oauth2/continue"), params={"payload": payload})

    def bridge(self, person: Person, request: Authorization, tokens: UpstreamTokens) -> str:
        """The whole bridge for a first-party client, by the same-site way; answers the code."""
        payload = self.begin(person, request)
        stored = self.store_from_browser(person, payload, tokens)
        assert stored.status_code == 200, stored.text
        return request.code_from(self.proceed(person, payload))
