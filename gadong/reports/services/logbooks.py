"""The operation log (운영일지): a month of a centre's machines, in the national fields.

The fields: docs/reference/billing.md#operation-logs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gadong.billing.domain.sale import SaleEntry
from gadong.billing.domain.statement import StatementState
from gadong.billing.domain.tariff_terms import Good, GoodKind, Measure
from gadong.billing.services import corrections as correcting
from gadong.billing.services.proof import signal_retention
from gadong.billing.services.statement_document import document, month_named
from gadong.billing.store import corrections, sales, statements
from gadong.booking.domain.decision import rulings
from gadong.booking.domain.session import Session
from gadong.booking.domain.usage import AttributionRule, Owner, Usage
from gadong.booking.services.machine_ledger import open_ledger
from gadong.core.database import END_OF_TIME, Pool, Tx, cutoff, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import NotFound
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines, register
from gadong.metering.services.room_climate import climate_of, words_of
from gadong.people.domain.centre import Centre
from gadong.people.store import company_categories, people
from gadong.reports.domain.monthly_report import NO_CATEGORY
from gadong.reports.domain.upkeep import Upkeep
from gadong.reports.services.category_texts import CategoryTexts, category_texts
from gadong.reports.services.machine_rows import registration_of
from gadong.reports.services.monthly_reports import CAME
from gadong.reports.services.written_uses import WrittenUses, written_uses
from gadong.texts.reports import OWN_USE, USE_TYPES

#: The booking question in which a centre asks for the number of samples.
SAMPLES = "samples"


class RecordSource(StrEnum):
    """The record that a row of the operation log rests on."""

    SIGNAL = "signal"
    LEDGER = "ledger"
    # Neither a device nor a ledger speaks of the time: the booking alone does.
    BOOKING = "booking"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One use of a machine.

    `fee` is whole won without tax, or None until the month's statement is issued.
    """

    machine: str
    registration: str
    manager: str
    period: Period
    ran_seconds: int
    organisation: str
    organisation_type: str
    user: str
    samples: str
    staff_seconds: int
    fee: int | None
    use_type: str
    source: RecordSource = RecordSource.SIGNAL
    climate: str = ""
    purpose: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A centre's month, by the facts known at the cutoff."""

    centre: Centre
    month: str
    operations: Sequence[Operation] = field(default_factory=tuple)
    upkeep: Sequence[Upkeep] = field(default_factory=tuple)


def operations(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    month: str,
    *,
    machine_id: MachineId | None = None,
    now: datetime,
) -> Log:
    """Return the operation log of a month, use by use; of one machine where it is named.

    It is for managers. A machine's person in charge is the responsible of its register, else the
    manager.
    """
    permit = who.need(centre_id, Right.REPORT_SEE)
    wanted = month_named(month)
    before = cutoff(pool, centre_id)
    with transaction(pool, permit) as tx:
        centre, manager = need_centre(tx, centre_id), name_of(tx, who.person_id)
        whole = wanted.period(centre.zone)
        signal_retention.need_month(tx, centre.id, whole)
        sold, classes = _sold(tx, centre, whole), category_texts(tx, centre_id)
        lines, invoiced = _issued(tx, centre, month)
        rows: list[Operation] = []
        for machine in machines.in_service_since(tx, centre_id, whole.start):
            if machine_id not in {None, machine.id}:
                continue
            ledger = open_ledger(tx, machine, whole, recorded_before=before)
            registration = registration_of(tx, centre, machine)
            written = written_uses(tx, ledger)
            for session in ledger.sessions:
                begins = session.start.start
                if session.presence not in CAME or not whole.contains(begins) or begins > now:
                    continue
                entries = sold.get(session.booking.id, ()) if session.booking else ()
                keys = [session.key, *(f"entry:{entry.id}" for entry, _ in entries)]
                rows.append(
                    _operation(
                        tx,
                        centre,
                        machine,
                        session,
                        sold=entries,
                        written=written,
                        decided=rulings(session, ledger.decisions).usage_mode,
                        fee=sum(lines.get(k, 0) for k in keys)
                        if _is_issued(session, invoiced)
                        else None,
                        registration=registration,
                        manager=responsible_of(tx, machine) or manager,
                        classes=classes,
                    )
                )
            rows.extend(
                _own(
                    tx,
                    centre,
                    machine,
                    usage,
                    written=written,
                    registration=registration,
                    manager=responsible_of(tx, machine) or manager,
                )
                for usage in ledger.usages
                if _is_own(usage)
                and whole.contains(usage.period.start)
                and usage.period.start <= now
            )
    return Log(
        centre=centre,
        month=month,
        operations=sorted(rows, key=lambda r: (r.period.start, r.machine)),
    )


def _payers(session: Session) -> frozenset[CompanyId]:
    """Return the companies on whose statements a session's charges stand."""
    return session.booking.companies if session.booking else frozenset({session.company_id})


def _operation(
    tx: Tx,
    centre: Centre,
    machine: Machine,
    session: Session,
    *,
    sold: Sequence[tuple[SaleEntry, Good]],
    written: WrittenUses,
    decided: UsageMode | None,
    fee: int | None,
    registration: str,
    manager: str,
    classes: CategoryTexts,
) -> Operation:
    company = people.company(tx, session.company_id)
    # Of use without a booking an entry of the ledger may name the person.
    person_id = session.booking.person_id if session.booking else session.usages[0].person_id
    person = people.person(tx, person_id) if person_id else None
    day = session.start.start.astimezone(centre.zone).date()
    known = company_categories.of_company(
        tx, centre.id, session.company_id, recorded_before=END_OF_TIME
    )
    answers: Mapping[str, str] = session.booking.answers if session.booking else {}
    staff_seconds = sum(e.quantity for e, good in sold if good.kind is GoodKind.OPERATOR)
    is_measured = (GoodKind.COMMISSION, Measure.PIECE)
    pieces = sum(e.quantity for e, good in sold if (good.kind, good.measure) == is_measured)
    used = session.occupied or session.start
    mode = decided or session.usage_mode
    if mode is UsageMode.SELF and staff_seconds:
        mode = UsageMode.ASSISTED
    return Operation(
        machine=machine.name_ko,
        registration=registration,
        manager=manager,
        period=used,
        ran_seconds=sum(r.seconds for usage in session.usages for r in usage.runs),
        organisation=company.name if company else "",
        organisation_type=classes.of(known.on(day) or NO_CATEGORY),
        user=person.name if person else "",
        samples=_samples(answers.get(SAMPLES, ""), written.samples_of(session), pieces),
        staff_seconds=staff_seconds,
        fee=fee,
        use_type=USE_TYPES[mode].ko,
        source=_source(session),
        climate=_climate(tx, machine, used),
        purpose=written.purpose_of(session),
        slug=machine.slug,
    )


def _is_own(usage: Usage) -> bool:
    """Return whether somebody said that a use was the centre's; upkeep has a log of its own."""
    said = (AttributionRule.LEDGER, AttributionRule.DECISION)
    return usage.owner is Owner.CENTRE and usage.rule in said


def _own(
    tx: Tx,
    centre: Centre,
    machine: Machine,
    usage: Usage,
    *,
    written: WrittenUses,
    registration: str,
    manager: str,
) -> Operation:
    """Return the row of the centre's own use, which nobody is charged."""
    person = people.person(tx, usage.person_id) if usage.person_id else None
    entry = written.by_start.get(usage.period.start)
    counted = written.samples.get(entry.id) if entry else None
    return Operation(
        machine=machine.name_ko,
        registration=registration,
        manager=manager,
        period=usage.period,
        ran_seconds=usage.seconds,
        organisation=centre.name,
        organisation_type="",
        user=person.name if person else "",
        samples=_samples("", counted, 0),
        staff_seconds=0,
        fee=0,
        use_type=OWN_USE.ko,
        source=RecordSource.LEDGER if usage.rule is AttributionRule.LEDGER else RecordSource.SIGNAL,
        climate=_climate(tx, machine, usage.period),
        purpose=entry.reason if entry else "",
        slug=machine.slug,
    )


def _climate(tx: Tx, machine: Machine, used: Period) -> str:
    found = climate_of(tx, machine, used, recorded_before=END_OF_TIME)
    return "; ".join(words_of(one).ko for one in found)


def _samples(answered: str, counted: int | None, pieces: int) -> str:
    """Return the samples that the ledger counts, else the booking's answer, else what was sold."""
    if counted is not None:
        return str(counted)
    return answered or (str(pieces) if pieces else "")


def _source(session: Session) -> RecordSource:
    """Return the record that a session rests on; of several, people's own entry."""
    if any(usage.rule is AttributionRule.LEDGER for usage in session.usages):
        return RecordSource.LEDGER
    is_known = any(run.state is not State.UNKNOWN for run in session.runs)
    return RecordSource.SIGNAL if is_known or session.usages else RecordSource.BOOKING


def _sold(
    tx: Tx, centre: Centre, whole: Period
) -> Mapping[BookingId, Sequence[tuple[SaleEntry, Good]]]:
    """Return the goods sold with each booking of the month."""
    goods = {
        g.code: g for version in statements.published(tx, centre.id) for g in version.tariff.goods
    }
    found: dict[BookingId, list[tuple[SaleEntry, Good]]] = {}
    for company in people.companies(tx, centre.id):
        for entry in sales.entries(tx, centre.id, company.id, whole, recorded_before=END_OF_TIME):
            if entry.booking_id and entry.code in goods:
                found.setdefault(entry.booking_id, []).append((entry, goods[entry.code]))
    return found


def _is_issued(session: Session, issued: Mapping[CompanyId, Sequence[Period]]) -> bool:
    """Return whether every payer's statement that the session stands on is issued."""
    begins = session.start.start
    return all(
        any(period.contains(begins) for period in issued.get(payer, ()))
        for payer in _payers(session)
    )


def _issued(
    tx: Tx, centre: Centre, month: str
) -> tuple[Mapping[str, int], Mapping[CompanyId, Sequence[Period]]]:
    """Return the issued charges by session or entry, and what is issued of companies' months."""
    found: dict[str, int] = {}
    periods: dict[CompanyId, list[Period]] = {}
    for statement in statements.issued(tx, centre_id=centre.id, month=month):
        if statement.state is not StatementState.ISSUED:
            continue
        periods.setdefault(statement.company_id, []).append(document(statement).period)
        later = corrections.of_statement(tx, statement.id)
        for line in correcting.read(later[-1]).lines if later else document(statement).lines:
            key = line.charge.key.rsplit("/", 1)[0]
            found[key] = found.get(key, 0) + line.charge.amount
    return found, periods


def need_centre(tx: Tx, centre_id: CentreId) -> Centre:
    """Return the centre; raise NotFound without one."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    return centre


def responsible_of(tx: Tx, machine: Machine) -> str:
    """Return the responsible person of a machine by its register; empty where it names none."""
    return register.of_machine(tx, machine.id, recorded_before=END_OF_TIME).responsible


def name_of(tx: Tx, person_id: PersonId) -> str:
    """Return a person's name; empty for the command line, which is nobody."""
    person = people.person(tx, person_id)
    return person.name if person else ""
