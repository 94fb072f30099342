"""Addresses of programs that are called: webhooks and providers."""

from __future__ import annotations

from urllib.parse import urlsplit

from gadong.core.domain.problem import Invalid


def need_address(url: str, *, allow_local: bool) -> None:
    """Raise Invalid unless programs may be called at the address."""
    parts = urlsplit(url)
    is_local = allow_local and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if (
        parts.scheme not in {"https", "http"}
        or not parts.hostname
        or (parts.scheme == "http" and not is_local)
    ):
        raise Invalid("A webhook is an https address", field="url")
    if parts.username or parts.password:
        raise Invalid("No password in the address: every call is signed", field="url")
