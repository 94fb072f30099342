"""Technicians on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.v1.people.centres_schemas import HoursOut
from api.v1.people.people_schemas import HoursIn
from api.v1.schemas import In, Instant, Out, Reason

MachineKind = Annotated[str, Field(min_length=1, max_length=60)]


class TechnicianIn(In):
    """Skills and weekly shifts."""

    kinds: list[MachineKind] = Field(
        max_length=100, description="Kinds of machines that they assist at."
    )
    shifts: list[HoursIn] = Field(max_length=50)


class TechnicianOut(Out):
    """A technician of a centre."""

    person: UUID
    name: str
    kinds: list[str]
    shifts: list[HoursOut]


class AbsenceIn(In):
    """A technician's absence. Say no reason: none is kept."""

    start: Instant
    end: Instant


class AbsenceOut(Out):
    """A technician's absence."""

    id: UUID
    person: UUID
    start: datetime
    end: datetime


class AbsenceMade(AbsenceOut):
    """An absence with the bookings that it hit."""

    reassigned: list[UUID] = Field(description="Bookings that another technician took over.")
    unassigned: list[UUID] = Field(description="Bookings for which nobody is free.")


class AssistanceOut(Out):
    """An assisted booking on the agenda; without a technician, nobody is held for it."""

    booking: UUID
    machine: UUID
    machine_slug: str
    company: UUID
    person: UUID
    start: datetime
    end: datetime
    state: str
    technician: UUID | None


class AssignIn(In):
    """The technician for a booking; null: the least loaded one that is free."""

    technician: UUID | None = None
    reason: Reason = ""


class AssignedOut(Out):
    """A booking's technician."""

    booking: UUID
    version: int
    technician: UUID | None
