"""What a refusal has to look like, whoever is refused."""

from __future__ import annotations

import httpx

from .person import HTML, query_of

STORE_ERROR = {"error", "error_description", "ray_id"}


def assert_page(response: httpx.Response, *statuses: int) -> None:
    """An error page: no redirect, the Ray ID in header and text, nothing cached."""
    assert response.status_code in (statuses or (400,)), f"{response.status_code}: {response.text[:300]}"
    assert "location" not in response.headers
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["ray-id"] in response.text


def assert_oauth_error(response: httpx.Response, error: str, status: int = 400) -> None:
    """RFC 6749 §5.2: JSON, never cached."""
    assert response.status_code == status, f"{response.status_code}: {response.text[:300]}"
    assert response.headers["content-type"].startswith("application/json")
    assert "no-store" in response.headers["cache-control"]
    assert response.json()["error"] == error, response.text


def assert_no_code(response: httpx.Response) -> None:
    """Whatever else happened: no crash, and no code went anywhere."""
    assert response.status_code < 500, response.text[:300]
    if "location" in response.headers:
        assert "code" not in query_of(response.headers["location"]), response.headers["location"]


def browse(url: str) -> httpx.Response:
    """One GET as a browser without cookies sends it."""
    return httpx.get(url, headers={"Accept": HTML}, timeout=30)
