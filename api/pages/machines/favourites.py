"""The star of a machine, on its card and its page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from api.identity import Connections
from api.pages.frame.layout import Looking, go, own_path
from gadong.machines.services import favourites

router = APIRouter(include_in_schema=False)


@router.post("/machines/{slug}/favourite")
def mark(
    slug: str,
    looking: Looking,
    pool: Connections,
    *,
    is_favourite: Annotated[bool, Form()],
    # The form's own word.
    next: Annotated[str, Form(max_length=2000)] = "/machines",  # noqa: A002
) -> Response:
    """Make a machine one of the viewer's favourites, or end that, and show the page again."""
    favourites.mark(
        pool,
        looking.who,
        slug,
        centre=looking.need_centre().id,
        is_favourite=is_favourite,
        now=datetime.now(UTC),
    )
    return go(own_path(next))
