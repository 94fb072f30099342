"""Templates of price tables, made of the machines that a centre has."""

from __future__ import annotations

from typing import Any

from gadong.billing.domain.prices.tariff_template import TariffTemplate, tariff_document
from gadong.core.database import END_OF_TIME, Pool, clock, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.machines.domain.observation import Observed, observed_at
from gadong.machines.store import machines, observations


def of_centre(
    pool: Pool, who: Caller, centre: CentreId, template: TariffTemplate
) -> dict[str, Any]:
    """Return a price table as JSON for the centre's machines in service; nothing is kept."""
    permit = who.need(centre, Right.RULES_WORK)
    with transaction(pool, permit) as tx:
        now = clock(tx)
        hall = [m for m in machines.of_centres(tx, [centre]) if m.retired_at is None]
        known = observations.of_machines(tx, [m.id for m in hall], recorded_before=END_OF_TIME)
    kinds: dict[str, set[Observed]] = {}
    for machine in hall:
        kinds.setdefault(machine.kind, set()).add(observed_at(known[machine.id], now))
    return tariff_document(template, kinds)
