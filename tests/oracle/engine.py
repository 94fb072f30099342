"""The engine's documents of a world: the product's own functions on the same facts, without a
database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from uuid import UUID, uuid5

from gadong import ENGINE_VERSION
from gadong.billing.domain.charge import Price
from gadong.billing.domain.sale import QuantitySource, SaleEntry, Spoiled
from gadong.billing.domain.subsidy import ProgrammeDraws
from gadong.billing.domain.tariff_terms import TaxType
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.prices.pricing import Buyer, price_on
from gadong.billing.services.statement_document import reckon
from gadong.billing.services.statement_inputs import BookerTerms, Inputs
from gadong.billing.store.sales import Extra
from gadong.booking.domain.attribution import attribute
from gadong.booking.domain.booking import Booking, BookingState, Part
from gadong.booking.domain.decision import Decision, DecisionKind, rulings
from gadong.booking.domain.session import Session, sessions
from gadong.booking.domain.usage import (
    AttributionLimits,
    CheckIn,
    Owner,
    Reassignment,
    Usage,
    Witnesses,
)
from gadong.booking.services.machine_ledger import MachineFacts
from gadong.core.domain.ids import (
    BookingId,
    CentreId,
    CompanyId,
    DecisionId,
    EntryId,
    LoggedUseId,
    MachineId,
    PersonId,
    TariffId,
)
from gadong.core.domain.machine_state import Grade, State
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import MachineObservation, observed_at, unobserved
from gadong.metering.domain.logged_use import LoggedUse, UseOrigin, overlaid
from gadong.metering.domain.run import Run
from gadong.metering.domain.unobserved_time import UnobservedTime, without_held_words
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.domain.company_category import Categories, Category
from gadong.people.domain.legal_party import UNNAMED
from tests.oracle.paper import Paper
from tests.oracle.price import KIND
from tests.oracle.visits import Visit
from tests.oracle.world import Firm, Floor, Sale, Slot, Word, World

SPACE = UUID("6f1d1a52-1df5-4b4e-9a0b-0d0000000000")
CENTRE = CentreId(uuid5(SPACE, "centre"))
COMPANIES = "ABCD"
#: Later than all that a world holds.
BEYOND = datetime(2100, 1, 1, tzinfo=UTC)


@cache
def named(kind: str, name: str) -> UUID:
    """Return the id of a thing in a world, the same each time."""
    return uuid5(SPACE, f"{kind}/{name}")


def instant(second: int) -> datetime:
    """Return a second as the engine's instant."""
    return datetime.fromtimestamp(second, UTC)


def company_id(name: str) -> CompanyId:
    """Return the id of a company."""
    return CompanyId(named("company", name))


@lru_cache(maxsize=16)
def floor_usages(floor: Floor) -> tuple[list[Run], Witnesses, list[Usage]]:
    """Return the machine's runs, what else is known of it, and whose its running time was."""
    runs = [
        Run(
            start=instant(x.start),
            end=instant(x.end),
            state=x.state,
            grade=Grade.UNRESOLVED if x.state is State.UNKNOWN else Grade.SIGNAL,
            held_from=instant(x.start) if x.state is State.UNKNOWN else None,
            counted_seconds=x.counted,
        )
        for x in floor.stretches
    ]
    logged = [_logged(floor, index) for index in range(len(floor.logged))]
    heard = [x.start for x in floor.stretches if x.state is not State.UNKNOWN]
    until = _bounds(runs).end
    unheard = [
        UnobservedTime(
            period,
            min((instant(x) for x in heard if instant(x) >= period.start), default=None),
        )
        for period in unobserved(_observations(floor), until)
    ]
    runs = without_held_words(runs, unheard, _bounds(runs))
    runs = overlaid(runs, logged, _bounds(runs))
    upkeep = [Period(instant(a), instant(b)) for a, b in floor.maintenance]
    witnesses = Witnesses(
        bookings=[_booking(floor, s) for s in floor.slots],
        check_ins=[
            CheckIn(
                at=instant(s.start),
                company_id=company_id(s.company),
                person_id=PersonId(named("person", s.company)),
                booking_id=_booking_id(floor, s.slot) if s.slot else None,
                until=instant(s.end) if s.end is not None else None,
            )
            for s in floor.stays
        ],
        maintenance=upkeep,
        closures=upkeep,
        job_starts=[instant(j) for j in floor.jobs],
        reassignments=[
            Reassignment(
                id=DecisionId(named("assignment", f"{floor.machine}/{index}")),
                period=Period(instant(a.start), instant(a.end)),
                company_id=company_id(a.company) if a.company else None,
                booking_id=_booking_id(floor, a.slot) if a.slot else None,
            )
            for index, a in enumerate(floor.assignments)
        ],
        logged=logged,
    )
    return runs, witnesses, attribute(runs, witnesses, AttributionLimits(), bounds=_bounds(runs))


@lru_cache(maxsize=16)
def floor_sessions(floor: Floor) -> list[Session]:
    """Return all companies' sessions at the machine."""
    runs, witnesses, usages = floor_usages(floor)
    return sessions(_machine(floor).id, usages, runs, witnesses, AttributionLimits())


def seconds_by_owner(floor: Floor) -> dict[str, int]:
    """Return the attributed running seconds by owner; the key "" is the centre's, "?" nobody's."""
    found: dict[str, int] = {}
    names = {company_id(n): n for n in COMPANIES}
    for usage in floor_usages(floor)[2]:
        name = names[usage.company_id] if usage.company_id else ""
        name = "?" if usage.owner is Owner.NOBODY else name
        found[name] = found.get(name, 0) + usage.seconds
    return found


def document(world: World, firm: Firm) -> Paper:
    """Return the company's document of the month as the product computes it from a month's
    inputs.
    """
    found = reckon(inputs_of(world, firm)).document
    charges = [x.charge for x in found.lines]
    return Paper(
        lines=tuple(
            sorted((str(c.component), str(c.tax_type), c.amount) for c in charges if c.amount)
        ),
        supply=found.totals.supply,
        vat=found.totals.vat,
        total=found.totals.total,
        subsidy=found.totals.subsidy,
    )


def inputs_of(world: World, firm: Firm) -> Inputs:
    """Return the company's month as `billing.services.statement_inputs` gathers it from the
    database.
    """
    buyer = buyer_of(world, firm)
    month = world.month.period(world.zone)
    return Inputs(
        engine_version=ENGINE_VERSION,
        centre=buyer.centre,
        company=Company(id=buyer.company_id, name=firm.name, registration_number=""),
        month=str(world.month),
        period=month,
        recorded_before=BEYOND,
        tariffs=tuple(buyer.tariffs),
        extras=tuple(buyer.extras),
        categories=buyer.categories,
        holidays=tuple(sorted(world.holidays)),
        entries=tuple(
            _entry(sale, index)
            for index, sale in enumerate(world.sales)
            if sale.company == firm.name and month.contains(instant(sale.at))
        ),
        places=(),
        supplier=UNNAMED,
        customer=UNNAMED,
        machines=tuple(_facts(floor) for floor in world.floors),
        drawn=_drawn(world, firm),
        booker_terms=tuple(_booker_terms(world, firm)),
    )


def _drawn(world: World, firm: Firm) -> dict[str, ProgrammeDraws]:
    """Return what the product reads of draws: of each programme, and what is left of its year."""
    found = {
        d.programme: ProgrammeDraws(others=d.others, own=d.own)
        for d in world.draws
        if d.company == firm.name
    }
    for fund in world.funds:
        if fund.year != world.month.year:
            continue
        known = found.get(fund.programme, ProgrammeDraws())
        left = fund.amount - dict(fund.drawn).get(fund.year, 0)
        least = min(known.year_left, left) if isinstance(known.year_left, int) else left
        found[fund.programme] = replace(known, year_left=least)
    return found


def _booker_terms(world: World, firm: Firm) -> Iterator[BookerTerms]:
    """Yield what the product reads of the companies that booked what the firm has a part of."""
    for floor in world.floors:
        for slot in floor.slots:
            booker = next((f for f in world.firms if f.name == slot.company), None)
            if booker is None or booker == firm or firm.name not in slot.firms:
                continue
            known = buyer_of(world, booker)
            day = world.local(slot.start).date()
            version = known.version_on(day)
            if version:
                off = known.discounts(version, day)
                yield BookerTerms(
                    booking_id=_booking_id(floor, slot.name),
                    discount_pct=off.category,
                    extra_pct=off.extra,
                )


def _facts(floor: Floor) -> MachineFacts:
    runs, witnesses, _ = floor_usages(floor)
    return MachineFacts(
        machine=_machine(floor),
        limits=AttributionLimits(),
        sources=(),
        bounds=_bounds(runs),
        runs=tuple(runs),
        witnesses=witnesses,
        decisions=tuple(_decision(floor, word, n) for n, word in enumerate(floor.words)),
        observations=_observations(floor),
    )


def _observations(floor: Floor) -> tuple[MachineObservation, ...]:
    changes = ((0, floor.observed), *floor.changes)
    return tuple(MachineObservation(since=instant(at), observed=how) for at, how in changes)


def _logged(floor: Floor, index: int) -> LoggedUse:
    entry = floor.logged[index]
    return LoggedUse(
        id=LoggedUseId(named("logged", f"{floor.machine}/{index}")),
        centre_id=CENTRE,
        machine_id=MachineId(named("machine", floor.machine)),
        company_id=company_id(entry.company) if entry.company else None,
        person_id=None,
        booking_id=_booking_id(floor, entry.slot) if entry.slot else None,
        period=Period(instant(entry.start), instant(entry.end)),
        origin=UseOrigin.PAPER,
        reason="written down",
        is_correction=False,
        reverses=None,
        recorded_by=PersonId(named("person", "manager")),
        recorded_at=instant(entry.end),
    )


def _decision(floor: Floor, word: Word, number: int) -> Decision:
    slot = next(s for s in floor.slots if s.name == word.slot)
    kind = DecisionKind.WAIVE if word.is_waived else DecisionKind.SET_USAGE_MODE
    return Decision(
        id=DecisionId(named("decision", f"{floor.machine}/{number}")),
        centre_id=CENTRE,
        machine_id=_machine_id(floor.machine),
        kind=kind if word.seconds is None else DecisionKind.SET_SECONDS,
        period=Period(instant(slot.start), instant(slot.end)),
        company_id=company_id(slot.company),
        booking_id=_booking_id(floor, slot.name),
        reverses=None,
        reason="by word",
        decided_by=PersonId(named("person", "manager")),
        recorded_at=instant(slot.end - number),
        seconds=word.seconds,
        component=word.component,
        usage_mode=word.mode,
    )


def _bounds(runs: list[Run]) -> Period:
    """Return bounds that hold all of a world; how far the ledger looks is a test of its own."""
    return Period(runs[0].start - timedelta(days=3), (runs[-1].end or BEYOND) + timedelta(days=3))


def priced(world: World, firm: Firm) -> list[tuple[Floor, Session, Price]]:
    """Return the company's sessions with what applies to each."""
    buyer = buyer_of(world, firm)
    found = []
    for floor in world.floors:
        for session in floor_sessions(floor):
            if session.company_id != company_id(firm.name):
                continue  # of what several pay, the booker's alone: the seconds are the same
            day = session.start.start.astimezone(world.zone).date()
            ruled = rulings(session, _facts(floor).decisions)
            mode = ruled.usage_mode or session.usage_mode
            observed = observed_at(_observations(floor), session.start.start)
            _, price = price_on(buyer, _machine(floor), day, mode, observed)
            if price:
                found.append((floor, session, price))
    return found


def is_same(floor: Floor, visit: Visit, session: Session) -> bool:
    """Say whether the oracle's visit is the engine's session."""
    if visit.company not in COMPANIES or company_id(visit.company) != session.company_id:
        return False
    if session.booking:
        return (
            bool(visit.slot)
            and _booking_id(floor, visit.slot.name if visit.slot else "") == session.booking.id
        )
    return visit.slot is None and instant(visit.start) == session.start.start


def buyer_of(world: World, firm: Firm) -> Buyer:
    """Return the company at the centre with all that its prices rest on."""
    return Buyer(
        centre=Centre(
            id=CENTRE, slug="hall", name="Hall", zone_name=world.zone.key, currency="KRW"
        ),
        company_id=company_id(firm.name),
        tariffs=[
            TariffVersion(
                id=TariffId(named("tariff", str(t.effective_from))),
                centre_id=CENTRE,
                tariff=t,
                published_at=instant(0),
            )
            for t in reversed(world.tariffs)
        ],
        extras=[Extra(name=e.name, since=e.since, until=e.until, proof="") for e in firm.extras],
        categories=Categories(
            tuple(Category(name=c.name, since=c.since, until=c.until) for c in firm.categories)
        ),
        holidays=world.holidays,
        recorded_before=BEYOND,
    )


def _machine(floor: Floor) -> Machine:
    return Machine(
        id=_machine_id(floor.machine),
        centre_id=CENTRE,
        slug=floor.machine,
        kind=KIND,
        name_ko=floor.machine,
        name_en=floor.machine,
    )


def _machine_id(name: str) -> MachineId:
    """Make an id that sorts as the machine's name does: ids of the product sort in the order of
    registration.
    """
    return MachineId(UUID(bytes=name.encode().ljust(16, b"\0")[:16]))


def _booking_id(floor: Floor, name: str) -> BookingId:
    """Make an id that sorts as its machine and name do: ids of the product sort in the order of
    booking.
    """
    return BookingId(UUID(bytes=f"{floor.machine}/{name}".encode().ljust(16, b"\0")[:16]))


def floor_session_key(floor: Floor, slot: Slot) -> str:
    """Return the key of a booking's session."""
    return f"booking:{_booking_id(floor, slot.name)}"


def _booking(floor: Floor, slot: Slot) -> Booking:
    cancelled = slot.state is BookingState.CANCELLED
    return Booking(
        id=_booking_id(floor, slot.name),
        centre_id=CENTRE,
        machine_id=_machine_id(floor.machine),
        company_id=company_id(slot.company),
        person_id=PersonId(named("person", slot.company)),
        period=Period(instant(slot.start), instant(slot.end)),
        state=slot.state,
        cancelled_at=instant(slot.cancelled) if cancelled and slot.cancelled else None,
        freed_from=instant(slot.freed) if slot.freed is not None else None,
        usage_mode=slot.mode,
        parts=tuple(Part(company_id=company_id(name), parts=n) for name, n in slot.parts),
        seats=slot.seats,
        shares=slot.shares,
    )


def _entry(sale: Sale, index: int) -> SaleEntry:
    """Return a manager's own line, or what was sold."""
    return SaleEntry(
        id=EntryId(named("entry", str(index))),
        centre_id=CENTRE,
        company_id=company_id(sale.company),
        machine_id=None,
        booking_id=None,
        at=instant(sale.at),
        code=sale.good,
        quantity=sale.quantity,
        source=QuantitySource.HAND,
        spoiled=Spoiled(sale.spoiled),
        amount=None if sale.good else sale.amount,
        tax_type=None if sale.good else TaxType.TAXABLE_10 if sale.is_taxable else TaxType.EXEMPT,
        note="by hand",
        reverses=None,
        recorded_by=PersonId(named("person", "manager")),
        recorded_at=instant(sale.at),
    )
