"""Clicking through Drawbridge's own pages without scripts."""

from __future__ import annotations

import httpx

from .broker import Account
from .oauth import Authorization
from .person import Person, page_of


def log_in_locally(
    person: Person, page: httpx.Response, account: Account, stop_at: str | None = None, password: str | None = None
) -> httpx.Response:
    """Fill the account form of the login page."""
    form = page_of(page).form(action="/login/local")
    fields = {"username": account.username, "password": password or account.password}
    return person.submit(page, form, fields, stop_at)


def decide(person: Person, page: httpx.Response, decision: str, stop_at: str | None = None) -> httpx.Response:
    """Press Allow or Deny on the consent page."""
    form = page_of(page).form(action="/consent")
    assert decision in {value for name, value, _ in form.buttons if name == "decision"}, form.buttons
    return person.submit(page, form, {"decision": decision}, stop_at)


def login_page(person: Person, request: Authorization) -> httpx.Response:
    """From the client's link to Drawbridge's login page."""
    page = person.open(request.url)
    assert page.status_code == 200, page.text[:500]
    assert page.url.path == "/login", str(page.url)
    return page


def code_by_local_login(person: Person, request: Authorization, account: Account) -> str:
    """The whole broker-led flow with a local account, consent given if it is asked for."""
    back = request.service.redirect_uri
    answer = log_in_locally(person, login_page(person, request), account, back)
    if not answer.is_redirect:
        answer = decide(person, answer, "allow", back)
    return request.code_from(answer)
