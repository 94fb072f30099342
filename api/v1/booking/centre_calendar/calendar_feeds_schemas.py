"""Calendar feeds on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.v1.machine_names import NamesMachine
from api.v1.schemas import Out


class FeedIn(NamesMachine):
    """The content of a new calendar feed."""

    of: Literal["me", "machine", "centre"] = Field(
        description="Your bookings, when a machine is taken, or a centre's."
    )
    centre: UUID | None = None


class FeedOut(Out):
    """A calendar feed, without its address."""

    id: UUID
    of: str = Field(examples=["machine"])
    centre: UUID | None
    machine: UUID | None
    machine_slug: str | None
    created_at: datetime


class NewFeedOut(FeedOut):
    """A new feed with its address, which nobody can show again."""

    path: str = Field(examples=["/calendar/kT1….ics"], description="Behind this server's own name.")
