"""People who log in before the load begins, as their browsers would."""

from __future__ import annotations

import http.client
import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlencode, urlsplit

from .product import Product
from .services import REDIRECT_URI, Service


@dataclass(frozen=True)
class Person:
    """A person with a session."""

    subject: str
    cookies: dict[str, str]

    def plan(self) -> dict[str, str]:
        """Tell the load generator."""
        return {"cookie": cookie_header(self.cookies), "subject": self.subject}


def cookie_header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


class Browser:
    """Follows nothing by itself, and keeps cookies."""

    def __init__(self, port: int, cookies: dict[str, str] | None = None) -> None:
        """Open one connection; begin with `cookies`."""
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.cookies = dict(cookies or {})

    def get(self, path: str) -> str:
        """Ask with GET; where the 303 leads."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, form: dict[str, str]) -> str:
        """Send a form; where the 303 leads."""
        return self._ask("POST", path, urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        """Ask, and answer where the 303 leads."""
        if self.cookies:
            headers["Cookie"] = cookie_header(self.cookies)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 303:
            raise RuntimeError(f"{method} {path.split('?')[0]}: {answer.status} {content[:300]!r}")
        for field in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(field).items():
                self.cookies[name] = morsel.value
        return answer.headers["Location"]


def authorize_path(service: Service) -> str:
    plan = service.plan()
    query = {
        "response_type": "code",
        "client_id": service.id,
        "redirect_uri": REDIRECT_URI,
        "scope": service.scope,
        "state": "st",
        "nonce": "no",
        "code_challenge": plan["challenge"],
        "code_challenge_method": "S256",
    }
    return f"/oauth2/authorize?{urlencode(query)}"


def code_of(location: str) -> str:
    """Take the code out of a redirect to the client."""
    if not location.startswith(f"{REDIRECT_URI}?"):
        raise RuntimeError(f"not sent back to the client but to {location.split('?')[0]}")
    return parse_qs(urlsplit(location).query)["code"][0]


def log_in(product: Product, service: Service, number: int) -> Person:
    """Create an account and log its owner in."""
    name, password = f"person{number}", secrets.token_urlsafe(12)
    account = product.tell(
        "account",
        "create",
        "--username",
        name,
        "--email",
        f"{name}@city.example",
        "--name",
        f"Person {number}",
        "--verified",
        "--password-stdin",
        typed=f"{password}\n",
    )
    browser = Browser(product.port)
    login = browser.get(authorize_path(service))
    payload = parse_qs(urlsplit(login).query)["payload"][0]
    code_of(browser.post("/login/local", {"payload": payload, "username": name, "password": password}))
    return Person(str(account["sub"]), browser.cookies)
