"""The rule book as managers keep it: what is set where, what is in force, who is stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from gadong.booking.domain.rules.contradictions import need_distinct
from gadong.booking.domain.rules.limits import Contradiction, Rules
from gadong.booking.domain.rules.parameters import PARAMETERS
from gadong.booking.domain.rules.rulebook import (
    InForce,
    RuleSubject,
    Setting,
    contradicting,
    in_force,
    instants,
)
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.store import rulebook
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.domain.problem import Invalid
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.people.services.centres import need_apart
from gadong.people.services.customers import need_known, need_served
from gadong.people.store import company_categories, people, pledges

# Nobody plans rules further ahead, and a stop is no banishment.
FURTHEST_YEARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The level of a setting, narrowed by each field that is not None.

    Without a centre it stands for the whole installation.
    """

    centre: CentreId | None = None
    kind: str | None = None
    machine: Machine | None = None
    tier: str | None = None

    @property
    def centre_id(self) -> CentreId | None:
        """Return the centre whose machines the level concerns; None for every centre's."""
        return self.machine.centre_id if self.machine else self.centre


def change(
    pool: Pool,
    who: Caller,
    level: Level,
    values: Mapping[str, Any],
    *,
    effective_from: datetime,
    reason: str = "",
    now: datetime,
) -> None:
    """Set parameters from an instant on, now or later; what went before keeps its own.

    Invalid names what cannot be, and the machine on which the values would contradict each other.
    """
    with transaction(pool, who.reach()) as tx:
        change_in(tx, who, level, values, effective_from=effective_from, reason=reason, now=now)


def change_in(
    tx: Tx,
    who: Caller,
    level: Level,
    values: Mapping[str, Any],
    *,
    effective_from: datetime,
    reason: str = "",
    now: datetime,
) -> None:
    """Change rules inside a transaction."""
    centre = level.centre_id
    if centre is None:
        who.need_administrator()
        if level.tier is not None:
            raise Invalid("A tier is a centre's; name the centre", field="centre")
        if values.get("terms") is not None:
            raise Invalid("A pledge is a centre's; name the centre", field="centre")
    else:
        who.need(centre, Right.RULES_WORK)
    if effective_from.year > now.year + FURTHEST_YEARS:
        raise Invalid(f"Rules are set at most {FURTHEST_YEARS} years ahead", field="effective_from")
    need_readable(values)
    centres = [centre] if centre else [c.id for c in people.centres(tx)]
    for one in centres:
        _need_machines(tx, one, values.get("linked") or ())
        _need_pledge(tx, one, values.get("terms"))
    settings = [
        Setting(
            parameter=name,
            value=value,
            centre_id=centre,
            kind=None if level.machine else level.kind,
            machine_id=level.machine.id if level.machine else None,
            tier=level.tier,
            effective_from=effective_from,
            recorded_at=now,
            reason=reason,
        )
        for name, value in values.items()
    ]
    before = {one: rulebook.settings(tx, one, recorded_before=END_OF_TIME) for one in centres}
    for setting in settings:
        rulebook.insert(tx, setting, by=who.person_id)
    for one in centres:
        _need_consistent(tx, one, effective_from, before[one])


def need_readable(values: Mapping[str, Any]) -> None:
    """Raise Invalid, naming the parameter, for one that is not known or a value that it cannot
    have.
    """
    for name, value in values.items():
        if name not in PARAMETERS:
            raise Invalid(
                f"There is no parameter {name}; known are {', '.join(PARAMETERS)}", field=name
            )
        try:
            windows = PARAMETERS[name].read(value)
            if name == "questions":
                need_distinct(windows)
        except ValueError as trouble:
            raise Invalid(str(trouble), field=name) from trouble
        if name in {"opening_hours", "holiday_hours"}:
            need_apart([entry for window in windows or () for entry in window.hours])


def _need_machines(tx: Tx, centre_id: CentreId, linked: Iterable[str]) -> None:
    """Raise Invalid for a linked machine that the centre does not have: nobody could book it."""
    if unknown := sorted(set(linked) - {m.slug for m in machines.of_centres(tx, [centre_id])}):
        raise Invalid(f"linked: the centre has no machine {', '.join(unknown)}", field="linked")


def _need_pledge(tx: Tx, centre_id: CentreId, version: str | None) -> None:
    """Raise Invalid for a pledge whose text the centre has not published: nobody could read it."""
    if version is not None and version not in {p.version for p in pledges.of_centre(tx, centre_id)}:
        raise Invalid(
            f"terms: the centre has no pledge {version}; publish its text first, "
            "on the page of pledges",
            field="terms",
            version=version,
        )


def _need_consistent(tx: Tx, centre_id: CentreId, since: datetime, before: list[Setting]) -> None:
    """Raise Invalid where the change makes any machine's rules, for any tier, contradict each other
    from the instant on, or touches some that do.

    A contradiction that stood before, between parameters that keep their settings, is shown on the
    page of the rules and blocks no change of others.
    """
    settings = rulebook.settings(tx, centre_id, recorded_before=END_OF_TIME)
    for machine, tier in _subjects(tx, centre_id, settings):
        subject = RuleSubject(
            centre_id=centre_id, kind=machine.kind, machine_id=machine.id, tier=tier
        )
        for at in instants(settings, since):
            after = in_force(settings, subject, at)
            if not (found := contradicting(after)):
                continue
            was = in_force(before, subject, at)
            stood = {one.text for one in contradicting(was)}
            for one in found:
                touched = any(after[p].setting != was[p].setting for p in one.parameters)
                if touched or one.text not in stood:
                    raise Invalid(
                        f"{machine.slug}: {one.text}", field="values", machine=machine.slug
                    )


def _subjects(
    tx: Tx, centre_id: CentreId, settings: Iterable[Setting]
) -> list[tuple[Machine, str | None]]:
    """Return every machine of a centre for everybody, and for each tier that settings name."""
    tiers = sorted({s.tier for s in settings if s.tier is not None})
    hall = machines.of_centres(tx, [centre_id])
    return [(machine, tier) for machine in hall for tier in (None, *tiers)]


def standing_contradictions(
    pool: Pool, who: Caller, centre_id: CentreId, *, at: datetime
) -> list[tuple[Machine, str | None, Contradiction]]:
    """Return what of a centre's rules contradicts itself now, by machine and tier.

    A tier is named where its companies alone meet the contradiction.
    """
    permit = who.need(centre_id, Right.RULES_SEE)
    found: list[tuple[Machine, str | None, Contradiction]] = []
    with transaction(pool, permit) as tx:
        settings = rulebook.settings(tx, centre_id, recorded_before=END_OF_TIME)
        for machine, tier in _subjects(tx, centre_id, settings):
            subject = RuleSubject(
                centre_id=centre_id, kind=machine.kind, machine_id=machine.id, tier=tier
            )
            known = [one for other, _, one in found if other.id == machine.id]
            found += [
                (machine, tier, one)
                for one in contradicting(in_force(settings, subject, at))
                if one not in known
            ]
    return found


def standing(
    pool: Pool,
    who: Caller,
    machine: Machine,
    *,
    company: CompanyId | None,
    tier: str | None = None,
    at: datetime,
) -> dict[str, InForce]:
    """Return every parameter's value on the machine for a tier, with its level."""
    permit = who.need_entry(machine.centre_id)
    if tier:
        who.need(machine.centre_id, Right.RULES_SEE)
    if company:
        who.need_company(machine.centre_id, company, Right.DESK_SEE, Right.RULES_SEE)
    with transaction(pool, permit) as tx:
        if company:
            need_served(tx, machine.centre_id, company)
        known = book(tx, machine.centre_id, company, at=at)
    subject = known.subject(machine)
    return in_force(known.settings, replace(subject, tier=tier or subject.tier), at)


def rules_of(
    pool: Pool, who: Caller, machine: Machine, *, company: CompanyId | None, at: datetime
) -> Rules:
    """Return the machine's rules for a company: usage modes and questions."""
    permit = who.need_entry(machine.centre_id)
    if company:
        who.need_company(machine.centre_id, company, Right.DESK_SEE, Right.RULES_SEE)
    with transaction(pool, permit) as tx:
        if company:
            need_served(tx, machine.centre_id, company)
        return book(tx, machine.centre_id, company, at=at).rules(machine, at)


def length_at(tx: Tx, centre: Centre, name: str, at: datetime) -> timedelta:
    """Return a centre's length of time; one switched off is longer than anything."""
    found: timedelta | None = _of_centre(tx, centre, name, at)
    return timedelta.max if found is None else found


def number_at(tx: Tx, centre: Centre, name: str, at: datetime) -> int | None:
    """Return a centre's number; None where it is switched off."""
    return numbers_at(tx, {centre.id: at}, name)[centre.id]


def numbers_at(
    tx: Tx, instants: Mapping[CentreId, datetime], name: str
) -> dict[CentreId, int | None]:
    """Return each centre's number at its instant; None where it is switched off."""
    settings = rulebook.settings_of_centres(tx, instants, recorded_before=END_OF_TIME)
    return {centre: _value(settings[centre], centre, name, at) for centre, at in instants.items()}


def _of_centre(tx: Tx, centre: Centre, name: str, at: datetime) -> Any:
    settings = rulebook.settings(tx, centre.id, recorded_before=END_OF_TIME)
    return _value(settings, centre.id, name, at)


def _value(settings: Sequence[Setting], centre: CentreId, name: str, at: datetime) -> Any:
    subject = RuleSubject(centre_id=centre, kind="", machine_id=None, tier=None)
    return PARAMETERS[name].read(in_force(settings, subject, at)[name].value)


def said(pool: Pool, who: Caller, centre: CentreId, parameter: str) -> list[Setting]:
    """Return every setting of a parameter that concerns a centre, the latest first."""
    permit = who.need(centre, Right.RULES_SEE)
    if parameter not in PARAMETERS:
        raise Invalid(
            f"There is no parameter {parameter}; known are {', '.join(PARAMETERS)}",
            field="parameter",
        )
    with transaction(pool, permit) as tx:
        found = rulebook.settings(tx, centre, recorded_before=END_OF_TIME)
    mine = [s for s in found if s.parameter == parameter]
    return sorted(mine, key=lambda s: (s.effective_from, s.recorded_at), reverse=True)


def has_own(pool: Pool, who: Caller, centre: CentreId) -> bool:
    """Return whether anybody set a rule of the centre, of its kinds or of its machines."""
    permit = who.need(centre, Right.RULES_SEE)
    with transaction(pool, permit) as tx:
        found = rulebook.settings(tx, centre, recorded_before=END_OF_TIME)
    return any(setting.centre_id is not None for setting in found)


def tiers(pool: Pool, who: Caller, centre: CentreId) -> list[str]:
    """Return the categories of a centre's companies, each of which may have rules."""
    permit = who.need(centre, Right.RULES_SEE)
    with transaction(pool, permit) as tx:
        return company_categories.names(tx, centre)


def stop(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    *,
    company: CompanyId | None,
    person: PersonId | None,
    until: datetime,
    reason: str,
    now: datetime,
) -> None:
    """Stop a company or a person from booking; an instant that has passed lifts a stop.

    For managers, with a reason.
    """
    permit = who.need(centre, Right.RULES_WORK)
    if (company is None) == (person is None):
        raise Invalid("Name either a company or a person", field="person")
    if not reason.strip() or until.year > now.year + FURTHEST_YEARS:
        raise Invalid(
            f"A stop has a reason and lasts at most {FURTHEST_YEARS} years", field="reason"
        )
    with transaction(pool, permit) as tx:
        if company:
            need_served(tx, centre, company)
        if person:
            need_known(tx, centre, person)
        rulebook.stop(
            tx,
            centre,
            company_id=company,
            person_id=person,
            until=until,
            reason=reason,
            by=who.person_id,
        )
