"""A complete body for each operation of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.api.access import Stage, body


def sent_body(
    described: Mapping[str, Any],
    operation: Mapping[str, Any],
    found: Stage,
    method: str,
    path: str,
    own: Mapping[tuple[str, str], dict[str, Any]],
) -> dict[str, Any] | None:
    """Return a complete body for an operation, or None where it takes none."""
    if "requestBody" not in operation:
        return None
    content = operation["requestBody"]["content"]["application/json"]["schema"]
    ref = content.get("$ref") or next(o["$ref"] for o in content["anyOf"] if "$ref" in o)
    return body(found, method, path, described["components"]["schemas"][ref.rsplit("/", 1)[1]], own)
