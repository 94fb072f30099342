"""The inputs of a company's month: every fact that its document is computed from, as values that
can be kept.
`gather` reads them once from the database. The computation reads nothing else. So a kept
document of inputs gives the same statement when the signals behind it are gone (ADR 26).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from msgspec import UNSET, UnsetType

from gadong import ENGINE_VERSION
from gadong.billing.domain.rating.stretch import Stretch
from gadong.billing.domain.sale import SaleEntry
from gadong.billing.domain.subsidy import ProgrammeDraws
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.prices.pricing import Buyer, buyer
from gadong.billing.store import booker_facts, programme_draws, sales, statements
from gadong.billing.store.sales import Extra
from gadong.booking.services.machine_ledger import Ledger, MachineFacts, derived
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import canonical
from gadong.core.domain.ids import BookingId, CompanyId, MachineId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.bank_account import NO_ACCOUNT, BankAccount
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.domain.company_category import Categories
from gadong.people.domain.legal_party import Party
from gadong.people.store import bank_accounts, legal_parties
from gadong.stays.domain.days import Days
from gadong.stays.domain.lot import Lot
from gadong.stays.domain.tenancy import Tenancy
from gadong.stays.store import lots, tenancies


@dataclass(frozen=True, slots=True, kw_only=True)
class BookerTerms:
    """The discounts in per cent that a booking's own company has on its day: they price the parts
    of the others too. Its categories and proofs are not among the others' inputs (ADR 50).
    """

    booking_id: BookingId
    discount_pct: Decimal
    extra_pct: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Every fact of a company's month as known before an instant.

    `period` is what the statement charges: the month, or a stretch of it (ADR 70).
    `places` are the machines that the entries name. `drawn` is what documents had drawn by then on
    each programme's budget. `booker_terms` are of other companies' bookings that it has a part of.
    """

    engine_version: str
    centre: Centre
    company: Company
    month: str
    period: Period
    recorded_before: datetime
    tariffs: tuple[TariffVersion, ...]
    extras: tuple[Extra, ...]
    categories: Categories
    holidays: tuple[date, ...]
    entries: tuple[SaleEntry, ...]
    places: tuple[Machine, ...]
    supplier: Party
    customer: Party
    machines: tuple[MachineFacts, ...]
    drawn: Mapping[str, ProgrammeDraws] = field(default_factory=dict)
    account: BankAccount = NO_ACCOUNT
    booker_terms: tuple[BookerTerms, ...] = ()
    # Not set without any, so that other documents have the digest that they had before.
    tenancies: tuple[Tenancy, ...] | UnsetType = UNSET
    lots: tuple[Lot, ...] | UnsetType = UNSET

    @property
    def stretch(self) -> Stretch:
        """Return what the statement charges of the month."""
        return Stretch(self.period, Month.parse(self.month).period(self.centre.zone))

    @property
    def rented(self) -> tuple[Tenancy, ...]:
        """Return the company's tenancies of the month."""
        return () if self.tenancies is UNSET else self.tenancies

    @property
    def stored(self) -> tuple[Lot, ...]:
        """Return the company's lots of the month."""
        return () if self.lots is UNSET else self.lots

    @property
    def digest(self) -> bytes:
        """Return the digest of every fact, in the one way in which they are written."""
        return sha256(self.written()).digest()

    def written(self) -> bytes:
        """Return every fact in the one way in which they are written.

        Companies share machines, so what was written of one machine is written once.
        """
        return canonical(
            replace(self, machines=()), machines=[facts.written for facts in self.machines]
        )

    @property
    def buyer(self) -> Buyer:
        """Return the company at the centre, with everything that its prices rest on."""
        return Buyer(
            centre=self.centre,
            company_id=self.company.id,
            tariffs=self.tariffs,
            extras=self.extras,
            categories=self.categories,
            holidays=frozenset(self.holidays),
            recorded_before=self.recorded_before,
        )

    def ledgers(self) -> list[Ledger]:
        """Derive the machines' ledgers with the company's sessions by today's engine."""
        return [derived(facts, of=self.company.id) for facts in self.machines]


def gather(
    tx: Tx,
    centre: Centre,
    company: Company,
    month: str,
    *,
    period: Period,
    recorded_before: datetime,
    ledgers: Sequence[Ledger],
    tariff: TariffVersion | None = None,
) -> Inputs:
    """Read everything that a company's month rests on beside the ledgers, as known before the
    instant. `period` is the month, or the stretch of it that the statement charges.

    `tariff` stands for every published one, to try it.
    """
    stretch = Stretch(period, Month.parse(month).period(centre.zone))
    whole = _whole(ledgers, company.id, stretch.month)
    known = buyer(tx, centre, company.id, whole, recorded_before, trying=tariff)
    entries = sales.entries(tx, centre.id, company.id, period, recorded_before=recorded_before)
    supplier, customer = _parties(tx, centre, company, recorded_before)
    return Inputs(
        engine_version=ENGINE_VERSION,
        centre=centre,
        company=company,
        month=month,
        period=period,
        recorded_before=recorded_before,
        tariffs=tuple(known.tariffs),
        extras=tuple(known.extras),
        categories=known.categories,
        holidays=tuple(sorted(known.holidays)),
        entries=tuple(entries),
        places=_places(tx, entries),
        supplier=supplier,
        customer=customer,
        machines=tuple(x.facts for x in sorted(ledgers, key=lambda x: x.machine.id)),
        drawn=_drawn_on(tx, known, month, stretch),
        account=bank_accounts.latest(tx, centre.id, recorded_before=recorded_before),
        booker_terms=tuple(_booker_terms(tx, known, ledgers)),
        tenancies=tenancies_of(tx, known, stretch),
        lots=lots_of(tx, known, stretch),
    )


def lots_of(tx: Tx, known: Buyer, stretch: Stretch) -> tuple[Lot, ...] | UnsetType:
    """Return the lots that may have been there on a day of the statement; UNSET without any."""
    days = Days.ended_in(stretch.period, known.centre.zone)
    found = lots.in_month(
        tx, known.centre.id, known.company_id, days, recorded_before=known.recorded_before
    )
    return tuple(found) or UNSET


def tenancies_of(tx: Tx, known: Buyer, stretch: Stretch) -> tuple[Tenancy, ...] | UnsetType:
    """Return the tenancies with a day that the statement charges; UNSET without any."""
    days = Days.begun_in(stretch.period, known.centre.zone)
    found = tenancies.in_force(
        tx, known.centre.id, known.company_id, days, recorded_before=known.recorded_before
    )
    return tuple(found) or UNSET


def _booker_terms(tx: Tx, known: Buyer, ledgers: Iterable[Ledger]) -> Iterator[BookerTerms]:
    """Yield the discounts of the companies that booked what this one has a part of."""
    centre, before = known.centre, known.recorded_before
    for session in (s for ledger in ledgers for s in ledger.sessions_of(known.company_id)):
        booking = session.booking
        if booking is None or booking.company_id == known.company_id:
            continue
        day = session.start.start.astimezone(centre.zone).date()
        if version := known.version_on(day):
            booker = replace(
                known,
                extras=booker_facts.extras(tx, centre.id, booking.company_id, before),
                categories=booker_facts.categories(tx, centre.id, booking.company_id, before),
            )
            discounts = booker.discounts(version, day)
            yield BookerTerms(
                booking_id=booking.id, discount_pct=discounts.category, extra_pct=discounts.extra
            )


def _whole(ledgers: Sequence[Ledger], company_id: CompanyId, period: Period) -> Period:
    """Return the period with all of the company's sessions that touch it: their holidays price
    them.
    """
    whole = period
    for session in (s for ledger in ledgers for s in ledger.sessions_of(company_id)):
        whole = whole.hull(session.reach) if session.reach.overlap(period) else whole
    return whole


def _places(tx: Tx, entries: Iterable[SaleEntry]) -> tuple[Machine, ...]:
    """Return the machines that the entries name, each once."""
    named: set[MachineId] = {e.machine_id for e in entries if e.machine_id}
    found = (machines.by_id(tx, machine_id) for machine_id in sorted(named))
    # The day of its retirement is no fact of a month before.
    return tuple(replace(machine, retired_at=None) for machine in found if machine)


def left_for_more(tx: Tx, known: Buyer, month: str) -> dict[str, ProgrammeDraws]:
    """Return the draws as a further document of the company's month finds them.

    They are those on each programme, since its cap is the month's.
    """
    drawn = _drawn_on(tx, known, month, is_every=True)
    return {name: draws.further for name, draws in drawn.items()}


def _drawn_on(
    tx: Tx, known: Buyer, month: str, stretch: Stretch | None = None, *, is_every: bool = False
) -> dict[str, ProgrammeDraws]:
    """Return the draws by then on each budget that the company may draw on, or on each programme.

    Of a month with several statements, they are those on each programme: its cap is the month's.
    """
    is_parted = stretch is not None and not stretch.is_whole
    since = stretch.period.start if stretch and stretch.period.start > stretch.month.start else None
    proved = {e.name for e in known.extras}
    subsidies = [s for t in known.tariffs for s in t.tariff.subsidies if s.name in proved]
    limited = {s.name for s in subsidies if s.budget is not None or is_parted or is_every}
    by, before = (known.company_id, month), known.recorded_before
    found: dict[str, ProgrammeDraws] = {}
    for name in sorted({s.name for s in subsidies}):
        left = programme_draws.year_left(tx, known.centre.id, name, by=by, recorded_before=before)
        if left is None and name not in limited:
            continue
        drawn = statements.programme_drawn(
            tx, known.centre.id, name, by=by, since=since, recorded_before=before
        )
        found[name] = drawn if left is None else replace(drawn, year_left=left)
    return found


def _parties(
    tx: Tx, centre: Centre, company: Company, recorded_before: datetime
) -> tuple[Party, Party]:
    """Supplier and customer as known; a company has its name and number in any case."""
    supplier = legal_parties.latest(tx, centre.id, None, recorded_before=recorded_before) or Party(
        name=centre.name
    )
    customer = (
        legal_parties.latest(tx, centre.id, company.id, recorded_before=recorded_before) or Party()
    )
    return supplier, replace(
        customer,
        name=customer.name or company.name,
        registration_number=company.registration_number,
    )
