"""A person's favourite machines: marked and unmarked by the person, and shown to nobody else."""

from __future__ import annotations

from datetime import datetime

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller
from gadong.core.domain.ids import CentreId, MachineId
from gadong.machines.services.machines import find_in
from gadong.machines.store import favourites


def mark(
    pool: Pool, who: Caller, slug: str, *, centre: CentreId, is_favourite: bool, now: datetime
) -> None:
    """Keep a machine that the caller may see as a favourite, or end that."""
    with transaction(pool, who.need_account()) as tx:
        machine = find_in(tx, who, slug, centre=centre)
        if is_favourite:
            favourites.mark(tx, who.person_id, machine, at=now)
        else:
            favourites.unmark(tx, who.person_id, machine)


def of_caller(pool: Pool, who: Caller, centre: CentreId) -> list[MachineId]:
    """Return the caller's favourites at a centre, in the order in which they were marked."""
    with transaction(pool, who.need_entry(centre)) as tx:
        return favourites.of_person(tx, who.person_id, centre)
