"""The document of a company's month, computed from facts as known at an instant and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from gadong import ENGINE_VERSION
from gadong.billing.domain.charge import Charge, Price, covering
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.rating import rate_month
from gadong.billing.domain.sale import SaleEntry, own_line, sell
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.domain.unbilled_lines import is_unlogged, unbilled, unmeasured
from gadong.billing.services.decision_blockers import idle_decisions, outdated_decisions
from gadong.billing.services.prices.pricing import Buyer, price_on
from gadong.billing.services.statement_blockers import found_blockers, own_sessions
from gadong.billing.services.statement_inputs import Inputs, gather
from gadong.booking.domain.decision import rulings
from gadong.booking.domain.session import Session
from gadong.booking.domain.session_evidence import Evidence, evidence
from gadong.booking.services.machine_ledger import Ledger, machines_touched, open_ledger
from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.document import canonical, from_document
from gadong.core.domain.ids import CentreId, CompanyId, MachineId, TariffId
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Invalid, NotFound, Problem
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.metering.services.metering import Memory
from gadong.people.domain.bank_account import NO_ACCOUNT, BankAccount
from gadong.people.domain.centre import Centre
from gadong.people.domain.legal_party import UNNAMED, Party
from gadong.people.store import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The document of a statement. Frozen at its issue; all of it can be computed again.

    `account` is the bank account for payments. `supplier` and `customer` are as they were known;
    empty while only a name is known. `evidence` is a session's part of the machine's time, beside
    the lines that it led to.
    """

    centre: str
    centre_name: str
    company_id: CompanyId
    company_name: str
    registration_number: str
    month: str
    period: Period
    currency: str
    recorded_before: datetime
    engine_version: str
    tariffs: tuple[TariffId, ...]
    lines: tuple[Line, ...]
    totals: Totals
    zone: str = "Asia/Seoul"
    supplier: Party = UNNAMED
    customer: Party = UNNAMED
    account: BankAccount = NO_ACCOUNT
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A document, its inputs, and the blockers of its approval."""

    document: Document
    inputs: Inputs
    blockers: tuple[Problem, ...]

    @property
    def input_digest(self) -> bytes:
        """Return the digest of what it was computed from."""
        return self.inputs.digest

    @property
    def digest(self) -> bytes:
        """Return the document's own digest."""
        return sha256(canonical(self.document)).digest()


def month_named(text: str) -> Month:
    """Return the month that is written like 2026-11; Invalid for anything else."""
    try:
        return Month.parse(text)
    except ValueError as trouble:
        raise Invalid(str(trouble), field="month") from trouble


def compute(
    tx: Tx,
    centre_id: CentreId,
    company_id: CompanyId,
    month: str,
    *,
    recorded_before: datetime,
    ledgers: Sequence[Ledger] | None = None,
    tariff: TariffVersion | None = None,
    memory: Memory | None = None,
) -> Computed:
    """Compute a company's month from the facts recorded before the instant and from nothing else.

    `ledgers` may hand over the centre's, opened once for all companies at the same instant. `tariff` is one to
    try in the place of those in force. With a `memory` nothing that was derived before is trusted, to verify.
    """
    centre, company = people.centre(tx, centre_id), people.company(tx, company_id)
    if centre is None or company is None:
        raise NotFound
    period = Month.parse(month).period(centre.zone)
    if ledgers is None:
        touched = machines_touched(tx, centre_id, company_id, period, recorded_before)
        ledgers = open_ledgers(tx, touched, period, recorded_before, memory=memory, of=company_id)
    every = ledgers
    ledgers = [x for x in ledgers if any(s.company_id == company_id for s in x.sessions)]
    inputs = gather(
        tx,
        centre,
        company,
        month,
        period=period,
        recorded_before=recorded_before,
        ledgers=ledgers,
        tariff=tariff,
    )
    found = reckon(inputs, ledgers)
    return Computed(
        document=found.document,
        inputs=inputs,
        blockers=(
            *found_blockers(
                tx,
                ledgers,
                inputs.buyer,
                period,
                unpriced=found.unpriced,
                unmeasured=found.unmeasured,
                unlogged=found.unlogged,
                sums=found.document.totals,
            ),
            *idle_decisions(tx, every, inputs.buyer, period, found.document.lines),
            *outdated_decisions(tx, every, inputs.buyer, period),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A document, and what it leaves open.

    `unpriced` names what it found no price for, `unmeasured` counts the seconds that no signal speaks of, and `unlogged`
    the sessions of machines without signals of which the ledger says nothing.
    """

    document: Document
    unpriced: Sequence[str]
    unmeasured: int
    unlogged: int


def reckon(inputs: Inputs, ledgers: Sequence[Ledger] | None = None) -> Reckoned:
    """Compute the document from the inputs alone; `ledgers` if they are derived already."""
    ledgers = inputs.ledgers() if ledgers is None else ledgers
    centre, company, period = inputs.centre, inputs.company, inputs.period
    known = inputs.buyer
    priced: list[tuple[Session, Price]] = []
    places: dict[str, Machine] = {}
    unpriced: set[str] = set()
    for ledger, session in own_sessions(ledgers, company.id, inputs.recorded_before):
        day = session.start.start.astimezone(centre.zone).date()
        ruled = rulings(session, ledger.decisions)
        observed = ledger.observed_for(session)
        mode = ruled.usage_mode or session.usage_mode
        _, price = price_on(known, ledger.machine, day, mode, observed)
        if price is None:
            unpriced |= {ledger.machine.slug} if session.start.overlap(period) else set()
            continue
        # A machine's own number in the national register goes before its item's.
        own = replace(price.item, registration=ledger.registration or price.item.registration)
        priced.append((session, replace(price, rulings=ruled, item=own)))
        places[session.key] = ledger.machine
    charges = rate_month(priced, period)
    charges += unbilled(priced, period, charges)
    machines_named = {machine.id: machine for machine in inputs.places}
    for entry in inputs.entries:
        found = _sold(known, entry)
        charges += found
        unpriced |= set() if found else {entry.code}
        if found and entry.machine_id in machines_named:
            places[f"entry:{entry.id}"] = machines_named[entry.machine_id]
    lines = [_line(charge, places.get(charge.key.rsplit("/", 1)[0]), centre) for charge in charges]
    used = {t.id: t for t in known.tariffs if str(t.id) in {c.trace.tariff for c in charges}}
    sums = replace(known.reckoning(used.values()), drawn=inputs.drawn).totals(charges)
    charged = {charge.key.rsplit("/", 1)[0] for charge in charges}
    document = Document(
        centre=centre.slug,
        centre_name=centre.name,
        company_id=company.id,
        company_name=company.name,
        registration_number=company.registration_number,
        month=inputs.month,
        period=period,
        currency=centre.currency,
        recorded_before=inputs.recorded_before,
        engine_version=ENGINE_VERSION,
        tariffs=tuple(sorted(used)),
        lines=tuple(lines),
        totals=sums,
        zone=centre.zone_name,
        supplier=inputs.supplier,
        customer=inputs.customer,
        account=inputs.account,
        evidence=tuple(
            evidence(session, machine=places[session.key].slug, machine_name=places[session.key].name_ko)
            for session, _ in sorted(priced, key=lambda p: (p[0].start.start, p[0].key))
            if session.key in charged
        ),
    )
    return Reckoned(
        document=document,
        unpriced=sorted(unpriced),
        unmeasured=sum(unmeasured(session, price, inputs.recorded_before) for session, price in priced),
        unlogged=sum(is_unlogged(session, price, inputs.recorded_before) for session, price in priced),
    )


def open_ledgers(
    tx: Tx,
    machine_ids: Iterable[MachineId],
    period: Period,
    recorded_before: datetime,
    *,
    memory: Memory | None = None,
    of: CompanyId | None = None,
) -> list[Ledger]:
    """Return the ledgers of the machines for a period, each opened once.

    With the sessions of all companies or of one.
    """
    found = (machines.by_id(tx, machine_id) for machine_id in machine_ids)
    return [
        open_ledger(tx, machine, period, recorded_before=recorded_before, memory=memory, of=of)
        for machine in found
        if machine
    ]


def month_ledgers(
    tx: Tx, centre_id: CentreId, month: str, *, recorded_before: datetime, memory: Memory | None = None
) -> list[Ledger]:
    """Return the ledgers of all machines for a month, with every company's sessions."""
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    every = [machine.id for machine in machines.of_centres(tx, [centre_id])]
    period = Month.parse(month).period(centre.zone)
    return open_ledgers(tx, every, period, recorded_before, memory=memory)


def _sold(known: Buyer, entry: SaleEntry) -> list[Charge]:
    """Return the charge for an entry, by the tariff of its day.

    None where that has no such good any more.
    """
    day = entry.at.astimezone(known.centre.zone).date()
    version = known.version_on(day)
    if not entry.code:
        found = [own_line(entry, tariff=str(version.id) if version else "")]
    else:
        good = version.tariff.good(entry.code) if version else None
        if version is None or good is None:
            return []
        discount, extra = known.off(version, day)
        names = known.names(version, day)
        found = sell(entry, good, discount_pct=discount, extra_pct=extra, names=names, tariff=str(version.id))
    if version is None:
        return found
    programmes = known.programmes_on(version, day)
    return [
        replace(c, vat_mode=version.tariff.vat, programme=covering(programmes, c.component)) for c in found
    ]


def _line(charge: Charge, machine: Machine | None, centre: Centre) -> Line:
    korean, english = sentences(charge, centre.zone)
    return Line(
        charge=charge,
        machine=machine.slug if machine else "",
        machine_name=machine.name_ko if machine else "",
        sentence_ko=korean,
        sentence_en=english,
    )


def document(statement: Statement) -> Document:
    """Return a kept statement's document with its types."""
    return from_document(Document, statement.document)


def are_heard_before(lines: Iterable[Line], instant: datetime) -> bool:
    """Return whether a line rests on messages about a time before the instant."""
    return any(
        line.charge.trace.messages and any(p.start < instant for p in line.charge.trace.periods)
        for line in lines
    )
