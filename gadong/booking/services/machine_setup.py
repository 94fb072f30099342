"""Setup of machines: a machine and its own parameters of the rule book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gadong.booking.services import rulebook
from gadong.core.database import Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, MachineId, new_id
from gadong.core.domain.name import LONGEST_MACHINE, need_name
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import MachineObservation, Observed
from gadong.machines.services.machines import BEGINNING, MACHINE_SLUG
from gadong.machines.store import machines, observations
from gadong.people.services.accounts import SLUG_WORDS


def register(
    pool: Pool,
    who: Caller,
    *,
    centre: CentreId,
    slug: str,
    kind: str,
    name_ko: str,
    name_en: str,
    rules: Mapping[str, Any] | None = None,
    observed: Observed = Observed.SIGNAL,
) -> Machine:
    """Add a machine to a centre.

    `rules` are its own parameters of the rule book, `observed` how its use is known.
    """
    permit = who.need(centre, Right.FLOOR_WORK)
    if not MACHINE_SLUG.fullmatch(slug):
        raise Invalid(
            f"A machine's slug is {SLUG_WORDS}, up to 63 characters, not {slug!r}", field="slug"
        )
    rulebook.need_readable(rules or {})
    machine = Machine(
        id=MachineId(new_id()),
        centre_id=centre,
        slug=slug,
        kind=kind,
        name_ko=need_name(name_ko, LONGEST_MACHINE, field="name_ko"),
        name_en=need_name(name_en, LONGEST_MACHINE, field="name_en"),
    )
    with transaction(pool, permit) as tx:
        machines.insert(tx, machine)
        if observed is not Observed.SIGNAL:
            said = MachineObservation(since=BEGINNING, observed=observed)
            observations.insert(
                tx, machine, said, by=who.person_id, recorded_at=recorded_at(tx, centre)
            )
        own = rulebook.Level(machine=machine)
        if rules:
            rulebook.change_in(tx, who, own, rules, effective_from=BEGINNING, now=datetime.now(UTC))
    return machine
