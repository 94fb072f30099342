"""The refusal of a form, as the page shows it that the form came from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from fastapi import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRefusal:
    """A sentence, and the names of the fields that it is about."""

    sentence: str
    fields: Collection[str] = ()


def keep(request: Request, refusal: FormRefusal) -> None:
    """Keep the refusal with the request."""
    request.state.refusal = refusal


def of(request: Request) -> FormRefusal | None:
    """Return the refusal that was kept with the request."""
    found: FormRefusal | None = getattr(request.state, "refusal", None)
    return found
