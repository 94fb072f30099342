"""The fields of a form that was sent after its session had ended, kept until the person logs in."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import Request

# The longest form of ours, the tariff, stays far below both.
MAX_FIELDS = 500
MAX_CHARACTERS = 100_000
# A field of the login form that carries a field of the kept one.
PREFIX = "kept."
# No page repeats a secret: a form with one is typed again.
SECRETS = ("password", "code", "secret", "token")

Fields = tuple[tuple[str, str], ...]


def fields_of(given: Iterable[tuple[str, object]]) -> Fields:
    """Return the fields to keep; none of a form that holds a file, a secret or too much."""
    fields = tuple(given)
    texts = tuple((name, value) for name, value in fields if isinstance(value, str))
    is_secret = any(part in name.lower() for name, _ in fields for part in SECRETS)
    length = sum(len(name) + len(value) for name, value in texts)
    if len(texts) != len(fields) or is_secret or len(texts) > MAX_FIELDS or length > MAX_CHARACTERS:
        return ()
    return texts


def unprefixed(given: Iterable[tuple[str, object]]) -> Fields:
    """Return the kept fields that a login form carries."""
    return fields_of(
        (name.removeprefix(PREFIX), value) for name, value in given if name.startswith(PREFIX)
    )


async def keep_typed(request: Request) -> None:
    """Keep the fields of the form in the request's state, for the login page to carry."""
    kind = request.headers.get("content-type", "")
    if request.method == "POST" and kind.startswith("application/x-www-form-urlencoded"):
        request.state.kept = fields_of((await request.form()).multi_items())


def kept(request: Request) -> Fields:
    """Return the fields that were kept of this request."""
    fields: Fields = getattr(request.state, "kept", ())
    return fields


def form_page(request: Request) -> str:
    """Return the path of the page whose form was sent, or the front page."""
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc != request.headers.get("host"):
        return "/"
    return came_from.path + (f"?{came_from.query}" if came_from.query else "")
