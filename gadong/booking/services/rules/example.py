"""An example booking under a machine's rules, as they are or as a change would make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gadong.booking.domain.rules.example import AROUND, Example, ExampleOutcome, judge
from gadong.booking.domain.rules.rulebook import (
    Setting,
    contradicting,
    in_force,
    limits,
    rules,
)
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.rules.rulebook import Level, need_readable
from gadong.core.database import END_OF_TIME, Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.people.store import centres


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Values that nobody has set yet, at a level from an instant on."""

    level: Level
    values: Mapping[str, Any]
    effective_from: datetime


def judge_example(
    pool: Pool,
    who: Caller,
    machine: Machine,
    booking: Example,
    *,
    tier: str | None,
    change: Change | None = None,
    now: datetime,
) -> ExampleOutcome:
    """Return what the machine's rules mean for a booking of a tier, with a change or without.

    Invalid names a value that cannot be, or what contradicts itself then.
    """
    permit = who.need(machine.centre_id, Right.RULES_SEE)
    if change:
        need_readable(change.values)
    start = booking.period.start
    around = booking.period.widened(before=AROUND, after=AROUND)
    with transaction(pool, permit) as tx:
        known = book(tx, machine.centre_id, at=start)
        weeks = centres.weeks(tx, machine.centre_id, recorded_before=END_OF_TIME)
        days_off = centres.days_off(tx, known.centre, around, recorded_before=END_OF_TIME)
    settings = [*known.settings, *(_settings(change, machine, now) if change else ())]
    values = in_force(settings, replace(known.subject(machine), tier=tier), start)
    if found := contradicting(values):
        raise Invalid(f"{machine.slug}: {found[0].text}", field="values", machine=machine.slug)
    its_rules = rules(values)
    return judge(
        booking,
        its_rules,
        limits(values),
        opening=its_rules.opening(weeks, days_off),
        zone=known.centre.zone,
        now=now,
    )


def _settings(change: Change, machine: Machine, now: datetime) -> list[Setting]:
    """Return the values as settings of the machine's centre, recorded after all others."""
    level = change.level
    return [
        Setting(
            parameter=name,
            value=value,
            centre_id=machine.centre_id,
            kind=None if level.machine else level.kind,
            machine_id=level.machine.id if level.machine else None,
            tier=level.tier,
            effective_from=change.effective_from,
            recorded_at=now,
        )
        for name, value in change.values.items()
    ]
