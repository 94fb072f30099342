"""Documents: domain values as JSON, and back."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class BadDocument(ValueError):
    """A stored or given document does not have the form its type wants; the message names the field."""


def plain(value: object) -> Any:
    """A domain value as JSON's own types: decimals and instants as text, exactly."""
    return msgspec.to_builtins(value)


def from_document(kind: type[T], document: Any) -> T:
    """A domain value from JSON's own types; BadDocument names the field that does not fit."""
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as trouble:
        raise BadDocument(str(trouble)) from trouble


def canonical(value: object) -> bytes:
    """The one way to write a value as JSON: sorted keys, no spaces. What digests are taken of."""
    return msgspec.json.encode(msgspec.to_builtins(value), order="sorted")
