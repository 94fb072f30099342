"""Keys of forms: one that is sent again under its key enters nothing more."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import Form

FormKey = Annotated[str | None, Form(min_length=8, max_length=200)]


def new_form_key() -> str:
    """Return a key for a form that is shown."""
    return uuid4().hex
