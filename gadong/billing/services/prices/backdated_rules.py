"""Holidays and limits of the rule book from a past day on: each names the issued statements that it
would change, before it is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from gadong.billing.services import holidays
from gadong.billing.services.prices import backdating, cancellation_terms
from gadong.billing.services.statement_inputs import Inputs
from gadong.billing.store import statements
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.domain.rules.rulebook import RuleSubject, Setting, in_force, limits
from gadong.booking.domain.usage import AttributionLimits
from gadong.booking.services.rules import rulebook
from gadong.booking.services.rules.rulebook import Level
from gadong.booking.store import rulebook as settings
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import Month
from gadong.core.domain.ids import CentreId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound, Refused
from gadong.people.store import people

# No booking is longer (`longest_minutes`), so that none reaches further over the edges of a month.
REACH = timedelta(days=31)
#: The parameters that a statement is computed from.
LIMITS = frozenset(
    name
    for name, parameter in PARAMETERS.items()
    if parameter.attribute in {f.name for f in fields(AttributionLimits)}
)


def set_holiday(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    day: date,
    *,
    name: str,
    is_holiday: bool,
    is_accepted: bool = False,
) -> None:
    """Set a centre's own rule for a day, before the country's (rights: docs/security.md).

    Refused with every issued statement that it would change, until that is accepted.
    """
    permit = who.need(centre_id, Right.RULES_WORK)
    if not 2000 <= day.year <= 2999:
        raise Invalid("A holiday lies in the years 2000 to 2999", field="day")
    with transaction(pool, permit) as tx:
        if not is_accepted and (
            found := _touched_by_day(tx, centre_id, day, is_holiday=is_holiday)
        ):
            raise Refused(backdating.problems(found, "holiday"))
        holidays.set_day(tx, centre_id, day, name=name, is_holiday=is_holiday, by=who.person_id)


def change_parameters(
    pool: Pool,
    who: Caller,
    level: Level,
    values: Mapping[str, Any],
    *,
    effective_from: datetime,
    reason: str = "",
    now: datetime,
    is_accepted: bool = False,
) -> None:
    """Set parameters from an instant on, also a past one.

    Refused with every issued statement that they would change, and with what of published tariffs
    contradicts them, until that is accepted. Invalid names what cannot be.
    """
    with transaction(pool, who.reach()) as tx:
        centres = [level.centre_id] if level.centre_id else [c.id for c in people.centres(tx)]
        before = {
            one: settings.settings(tx, one, recorded_before=END_OF_TIME)
            for one in (centres if values.keys() & LIMITS else ())
        }
        rulebook.change_in(
            tx, who, level, values, effective_from=effective_from, reason=reason, now=now
        )
        if is_accepted:
            return
        found = [
            one
            for centre_id, known in before.items()
            for one in _touched_by_limits(tx, centre_id, known, effective_from)
        ]
        problems = backdating.problems(found, "policy")
        if cancellation_terms.FREE in values:
            for centre_id in centres:
                conflicts = cancellation_terms.since(tx, centre_id, max(effective_from, now))
                problems += cancellation_terms.problems(conflicts)
        if problems:
            raise Refused(problems)


def _touched_by_day(
    tx: Tx, centre_id: CentreId, day: date, *, is_holiday: bool
) -> list[backdating.Touched]:
    """Name the issued statements of sessions around a day that its rule would change."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    begin = datetime.combine(day, datetime.min.time(), tzinfo=centre.zone)
    near = Period(begin, begin + timedelta(days=1)).widened(before=REACH, after=REACH)
    months = {str(Month.of(at, centre.zone)) for at in (near.start, begin, near.end)}
    issued = [s for s in statements.issued(tx, centre_id=centre_id) if s.month in months]
    around = Period(near.start - REACH, near.end + REACH)
    known = holidays.within(tx, centre, around, recorded_before=END_OF_TIME)
    tried = known | {day} if is_holiday else known - {day}
    return backdating.changed(
        tx,
        issued,
        lambda inputs: replace(inputs, holidays=tuple(sorted(known))),
        lambda inputs: replace(inputs, holidays=tuple(sorted(tried))),
    )


def _touched_by_limits(
    tx: Tx, centre_id: CentreId, known: Sequence[Setting], since: datetime
) -> list[backdating.Touched]:
    """Name the issued statements whose month begins under the changed limits of attribution."""
    tried = settings.settings(tx, centre_id, recorded_before=END_OF_TIME)
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    # The limits are those of the month's start, also of a statement within it.
    issued = [
        s
        for s in statements.issued(tx, centre_id=centre_id)
        if Month.parse(s.month).period(centre.zone).start >= since
    ]
    return backdating.changed(
        tx, issued, lambda inputs: _limited(inputs, known), lambda inputs: _limited(inputs, tried)
    )


def _limited(inputs: Inputs, known: Iterable[Setting]) -> Inputs:
    """Return the inputs with each machine's limits by the settings."""
    machines = tuple(
        replace(
            facts,
            limits=limits(
                in_force(
                    known,
                    RuleSubject(
                        centre_id=facts.machine.centre_id,
                        kind=facts.machine.kind,
                        machine_id=facts.machine.id,
                    ),
                    inputs.stretch.month.start,
                )
            ),
        )
        for facts in inputs.machines
    )
    return replace(inputs, machines=machines)
