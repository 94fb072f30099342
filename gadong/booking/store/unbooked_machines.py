"""Machines that may have run without a booking, found without reading their activity."""

from __future__ import annotations

from collections.abc import Iterable

from gadong.booking.domain.booking import CLAIMING
from gadong.core.database import Tx, many
from gadong.core.domain.ids import MachineId
from gadong.core.domain.period import Period
from gadong.core.store.queries import statements
from gadong.core.store.values import to_range

SQL = statements(__file__)


def may_be_unbooked(tx: Tx, machine_ids: Iterable[MachineId], bounds: Period) -> set[MachineId]:
    """Return the machines without those whose every run in the bounds began in booked time.

    The runs must have been derived. A machine too many is read in vain; none is missed.
    """
    rows = many(
        tx,
        SQL["may_be_unbooked"],
        machine_ids=list(machine_ids),
        during=to_range(bounds),
        claiming=[state.value for state in CLAIMING],
    )
    return {row["machine_id"] for row in rows}
