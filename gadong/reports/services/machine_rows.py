"""One machine's row of a month's figures, from its ledger and what its centre's machines share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services import holidays
from gadong.billing.store import statements
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.rules.rulebook import RuleSubject, Setting, in_force, rules
from gadong.booking.services.machine_ledger import Ledger
from gadong.booking.store import closures, rulebook
from gadong.core.database import END_OF_TIME, Tx
from gadong.core.domain import clock
from gadong.core.domain.calendar import Week
from gadong.core.domain.ids import MachineId
from gadong.core.domain.period import Period, span, within, without
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import ledgers_kept, observed_at
from gadong.machines.domain.register import RegisterEntry
from gadong.machines.store import register
from gadong.people.domain.centre import Centre
from gadong.people.store import centres
from gadong.reports.domain.monthly_report import MachineMonth
from gadong.reports.domain.utilisation import Denominator, measure, standard_time


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonFacts:
    """The facts that a centre's machines share, and their entries, read once for all of them."""

    centre: Centre
    weeks: Sequence[Week]
    off: frozenset[date]
    settings: Sequence[Setting]
    entries: Mapping[MachineId, RegisterEntry]
    present_entries: Mapping[MachineId, RegisterEntry]
    tariffs: Sequence[TariffVersion]

    def rules(self, machine: Machine, at: datetime) -> Rules:
        """Return a machine's rules in force at the instant, for no tier."""
        subject = RuleSubject(centre_id=machine.centre_id, kind=machine.kind, machine_id=machine.id)
        return rules(in_force(self.settings, subject, at))


def read_common(
    tx: Tx, centre: Centre, every: Sequence[Machine], period: Period, before: datetime
) -> CommonFacts:
    """Read what the rows of all machines need, in as many queries for two hundred as for one."""
    ids = [machine.id for machine in every]
    return CommonFacts(
        centre=centre,
        weeks=centres.weeks(tx, centre.id, recorded_before=before),
        off=holidays.within(tx, centre, period, recorded_before=before),
        settings=rulebook.settings(tx, centre.id, recorded_before=before),
        entries=register.of_machines(tx, ids, recorded_before=before),
        present_entries=register.of_machines(tx, ids, recorded_before=END_OF_TIME),
        tariffs=statements.published(tx, centre.id),
    )


def machine_row(
    tx: Tx, shared: CommonFacts, machine: Machine, ledger: Ledger, period: Period, before: datetime
) -> MachineMonth:
    """Return the machine's time and its standard times up to the period's end."""
    centre, off = shared.centre, shared.off
    closed = closures.of_machine(tx, centre.id, machine.id, period, recorded_before=before)
    shut = [p for p, kind in closed if kind != "maintenance"]
    maintenance = [p for p, kind in closed if kind == "maintenance"]
    its_rules = shared.rules(machine, period.start)
    # The centre's hours, whatever the machine's own are.
    opening = replace(its_rules.opening(shared.weeks, off), own=None)
    opened = without(opening.periods(centre.zone, period), shut)
    service = _in_service(machine, shared.entries[machine.id], centre, period)
    opened = within(opened, service) if service else []
    observed = observed_at(ledger.observations, period.end - timedelta(seconds=1))
    return MachineMonth(
        machine=machine.slug,
        name=machine.name_ko,
        kind=machine.kind,
        registration=_registration(shared.present_entries[machine.id], shared.tariffs, machine),
        standards={
            d: standard_time(d, service, opened, maintenance, holidays=off, zone=centre.zone)
            if service
            else 0
            for d in Denominator
        },
        time=measure(
            period,
            standard=0,
            opened=opened,
            maintenance=maintenance,
            runs=ledger.runs,
            usages=ledger.usages,
            sessions=ledger.sessions,
            ledgers=ledgers_kept(ledger.observations, period.end),
        ),
        observed=observed,
    )


def _in_service(
    machine: Machine, entry: RegisterEntry, centre: Centre, period: Period
) -> Period | None:
    """Return the part of a period in which the register has a machine in service, or None.

    A retired one is in service to the end of the day on which it was retired.
    """
    first, last = entry.in_service_from, entry.in_service_until
    ends = [last] if last else []
    if machine.retired_at:
        ends.append(clock.day_of(machine.retired_at, centre.zone) + timedelta(days=1))
    start = clock.midnight(first, centre.zone) if first else period.start
    end = clock.midnight(min(ends), centre.zone) if ends else period.end
    return span(max(start, period.start), min(end, period.end))


def registration_of(tx: Tx, centre: Centre, machine: Machine) -> str:
    """Return the machine's number in the national register: its own, or by the latest tariff."""
    entry = register.of_machine(tx, machine.id, recorded_before=END_OF_TIME)
    return _registration(entry, statements.published(tx, centre.id), machine)


def _registration(entry: RegisterEntry, tariffs: Sequence[TariffVersion], machine: Machine) -> str:
    if entry.nfec_number:
        return entry.nfec_number
    for version in tariffs:
        for item in version.tariff.items_of(machine.slug, machine.kind):
            if item.registration:
                return item.registration
    return ""
