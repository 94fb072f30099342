"""Documents: conversion of domain values to JSON and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

T = TypeVar("T")
#: A document in JSON's own types, by the names of its fields.
JsonObject = Mapping[str, Any]


class BadDocument(ValueError):
    """A document does not have the form that its type requires; the message names the field."""


def plain(value: object) -> Any:
    """Return a domain value in JSON's own types, with decimals and instants as exact text."""
    return msgspec.to_builtins(value)


def from_document(kind: type[T], document: Any) -> T:
    """Return a domain value from JSON's own types.

    Raise BadDocument for a field that does not fit.
    """
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as trouble:
        raise BadDocument(str(trouble)) from trouble
    except UnicodeEncodeError as trouble:
        # JSON can name half of a character ("\\ud800"), and no text holds one.
        raise BadDocument("a text is made of whole characters") from trouble


def canonical(value: object, **written: bytes | Sequence[bytes]) -> bytes:
    """Return the canonical JSON of a value, with sorted keys and no spaces, for digests.

    Fields that were `written` already replace the value's own.
    """
    document = msgspec.to_builtins(value)
    for name, part in written.items():
        document[name] = Raw(part) if isinstance(part, bytes) else [Raw(one) for one in part]
    return msgspec.json.encode(document, order="sorted")
