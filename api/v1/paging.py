"""Pages by cursor: no page is shifted by what was added meanwhile."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from gadong.core.domain.problem import Invalid
from gadong.core.domain.typed_number import whole_number

PageItem = TypeVar("PageItem")

# The largest number of the database's bigint columns.
MOST_NUMBERED = 2**63 - 1

Limit = Annotated[int, Query(ge=1, le=200, description="How many on a page.")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]
SearchText = Annotated[
    str, Query(max_length=100, description="Words of names, all of them in any order.")
]


class Page(BaseModel, Generic[PageItem]):
    """A page of a list, in the order that the operation describes."""

    items: list[PageItem]
    next: str | None = Field(description="The cursor of the following page; null on the last.")


def whole(items: list[PageItem]) -> Page[PageItem]:
    """Return a list that is short by its nature, as one page."""
    return Page(items=items, next=None)


def before_id(cursor: str | None) -> UUID | None:
    """Return the id a page goes on from."""
    try:
        return UUID(cursor) if cursor else None
    except ValueError as trouble:
        raise Invalid("This cursor is not one of ours", field="cursor") from trouble


def after_id(items: Sequence[PageItem], cursor: str | None) -> Sequence[PageItem]:
    """Return the ordered items after the one whose id is the cursor."""
    identity = before_id(cursor)
    if identity is None:
        return items
    places = [place for place, item in enumerate(items) if getattr(item, "id", None) == identity]
    if not places:
        raise Invalid("This cursor is not one of ours", field="cursor")
    return items[places[0] + 1 :]


def before_number(cursor: str | None) -> int | None:
    """Return the number that a page of numbered things goes on from."""
    if cursor is None:
        return None
    number = whole_number(cursor, MOST_NUMBERED)
    if not number:
        raise Invalid("This cursor is not one of ours", field="cursor")
    return number


def next_id(found: Sequence[object], most: int) -> str | None:
    """Return the cursor after a full page of things with an id."""
    # Any kind of row.
    return str(getattr(found[-1], "id")) if len(found) == most else None  # noqa: B009


def before_moment(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Return the instant and id that a page ordered by time goes on from."""
    if not cursor:
        return None
    try:
        written, _, identity = base64.urlsafe_b64decode(cursor).decode().partition(" ")
        place = datetime.fromisoformat(written), UUID(identity)
    except (ValueError, binascii.Error) as trouble:
        raise Invalid("This cursor is not one of ours", field="cursor") from trouble
    # Ours have a time zone; without one an instant is compared with no other.
    if place[0].utcoffset() is None or not 2000 <= place[0].year <= 2999:
        raise Invalid("This cursor is not one of ours", field="cursor")
    return place


def next_moment(at: datetime, identity: UUID) -> str:
    """Return the cursor for a page ordered by time."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {identity}".encode()).decode()
