"""Names of machines on the wire: `machine` is the id and `machine_slug` the slug, in both
directions.
A body or a filter names a machine by either one, or by both if they agree. Several centres may
have a slug; `centre` then says which. An answer has both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from api.v1.schemas import In, Out, Slug
from gadong.core.database import Pool
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId, MachineId
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.machines.services import machines

# The form in which the API writes ids. A slug of 32 digits without dashes stays a slug.
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

MachineInPath = Annotated[
    str,
    Path(
        alias="machine",
        max_length=63,
        description="The machine's id. Its slug does as well, with `centre` where several centres "
        "have it.",
        examples=["prusa-1"],
    ),
]
InCentre = Annotated[
    UUID | None, Query(description="Needed where several of your centres have the slug.")
]
OfMachine = Annotated[UUID | None, Query(description="The machine's id.")]
OfMachineSlug = Annotated[Slug | None, Query(description="The machine's slug, instead of its id.")]


class NamesMachine(In):
    """A body that may name a machine."""

    machine: UUID | None = Field(default=None, description="The machine's id.")
    machine_slug: Slug | None = Field(
        default=None, description="The machine's slug, instead of its id.", examples=["prusa-1"]
    )


class MachineNamed(Out):
    """An answer that names a machine."""

    machine: UUID = Field(description="The machine's id.")
    machine_slug: str = Field(description="The machine's slug.", examples=["prusa-1"])


def find_machine(pool: Pool, who: Caller, machine_ref: str, centre: UUID | None) -> Machine:
    """Return the machine that a path names by its id or its slug."""
    in_centre = CentreId(centre) if centre else None
    if ID.fullmatch(machine_ref):
        return machines.find_by_id(pool, who, MachineId(UUID(machine_ref)), centre=in_centre)
    return machines.find(pool, who, machine_ref, centre=in_centre)


def chosen(
    pool: Pool, who: Caller, machine: UUID | None, machine_slug: str | None, centre: UUID | None
) -> Machine | None:
    """Return the machine of an id, of a slug, or of both; None where neither is given."""
    in_centre = CentreId(centre) if centre else None
    if machine is None:
        return machines.find(pool, who, machine_slug, centre=in_centre) if machine_slug else None
    found = machines.find_by_id(pool, who, MachineId(machine), centre=in_centre)
    if machine_slug not in {None, found.slug}:
        raise Invalid("The id and the slug name different machines", field="machine_slug")
    return found


def needed(
    pool: Pool, who: Caller, machine: UUID | None, machine_slug: str | None, centre: UUID | None
) -> Machine:
    """Return the machine that is named; Invalid where none is."""
    found = chosen(pool, who, machine, machine_slug, centre)
    if found is None:
        raise Invalid("Name the machine by its id, or by machine_slug", field="machine")
    return found


def slugs(pool: Pool, ids: Iterable[MachineId | None]) -> Mapping[MachineId, str]:
    """Return the slug of each machine, for answers that their reader may see."""
    return machines.slugs(pool, {i for i in ids if i is not None})
