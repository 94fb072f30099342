"""Calendar feeds: making and revoking them, and the address that a calendar reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Response

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.booking.centre_calendar import calendar_feeds_schemas as schemas
from api.v1.machine_names import needed, slugs
from gadong.booking.services.centre_calendar import calendar_feeds
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.problem import Invalid
from gadong.people.domain.calendar_feed import Feed

router = APIRouter(tags=["calendar feeds"])
public = APIRouter(tags=["calendar feeds"])


@router.post("/feeds", status_code=201)
def create_feed(body: schemas.FeedIn, who: Who, pool: Connections) -> schemas.NewFeedOut:
    """Make a calendar feed of a machine, a centre, or your bookings; its address is shown once."""
    if body.of == "centre" and body.centre is None:
        raise Invalid("Name the centre", field="centre")
    machine = (
        needed(pool, who, body.machine, body.machine_slug, body.centre)
        if body.of == "machine"
        else None
    )
    centre = CentreId(body.centre) if body.of == "centre" and body.centre else None
    feed, secret = calendar_feeds.create(
        pool, who, centre=centre, machine=machine, now=datetime.now(UTC)
    )
    return schemas.NewFeedOut(
        **_feed(feed, slugs(pool, [feed.machine_id])).model_dump(), path=f"/calendar/{secret}.ics"
    )


@router.get("/feeds")
def list_feeds(who: Who, pool: Connections) -> paging.Page[schemas.FeedOut]:
    """Your calendar feeds, without their addresses."""
    found = calendar_feeds.mine(pool, who)
    names = slugs(pool, [feed.machine_id for feed in found])
    return paging.whole([_feed(feed, names) for feed in found])


@router.delete("/feeds/{feed_id}", status_code=204)
def revoke_feed(feed_id: UUID, who: Who, pool: Connections) -> None:
    """Revoke a feed's address."""
    calendar_feeds.revoke(pool, who, feed_id, now=datetime.now(UTC))


@public.get(
    "/calendar/{secret}.ics",
    responses={200: {"content": {"text/calendar": {}}}},
    response_class=Response,
)
def read_feed(
    secret: Annotated[str, Path(max_length=64)],
    pool: Connections,
    if_none_match: Annotated[str | None, Header(max_length=2000)] = None,
) -> Response:
    """Return the calendar behind a secret address, without a login; unchanged, not sent again."""
    written = calendar_feeds.read(pool, secret, now=datetime.now(UTC))
    tag = f'"{sha256(written).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(written, media_type="text/calendar; charset=utf-8", headers=headers)


def _feed(feed: Feed, names: Mapping[MachineId, str]) -> schemas.FeedOut:
    return schemas.FeedOut(
        id=feed.id,
        of="machine" if feed.machine_id else "centre" if feed.centre_id else "me",
        centre=feed.centre_id,
        machine=feed.machine_id,
        machine_slug=names[feed.machine_id] if feed.machine_id else None,
        created_at=feed.created_at,
    )
