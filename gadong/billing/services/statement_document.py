"""The document of a company's month, computed from facts as known at an instant and from nothing
else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from gadong import ENGINE_VERSION
from gadong.billing.domain.charge import Charge, Trace
from gadong.billing.domain.documents.charge_text import sentences
from gadong.billing.domain.kept_statement import Statement
from gadong.billing.domain.rating.stretch import between
from gadong.billing.domain.rating.unbilled_lines import is_unlogged, unmeasured
from gadong.billing.domain.statement import Line, Totals
from gadong.billing.domain.tariff_version import TariffVersion
from gadong.billing.services.decision_blockers import (
    billed_elsewhere,
    idle_decisions,
    outdated_decisions,
    shared_decisions,
)
from gadong.billing.services.prices.month_charges import Priced, price
from gadong.billing.services.statement_blockers import found_blockers
from gadong.billing.services.statement_inputs import Inputs, gather
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
    since: datetime | None = None,
    until: datetime | None = None,
    ledgers: Sequence[Ledger] | None = None,
    tariff: TariffVersion | None = None,
    memory: Memory | None = None,
) -> Computed:
    """Compute a company's month from the facts recorded before the instant and from nothing else.

    A statement within the month charges what begins from `since` to `until` (ADR 70).

    `ledgers` may hand over the centre's, opened once for all companies at the same instant.
    `tariff` is one to try in the place of those in force. With a `memory` nothing that was derived
    before is trusted, to verify.
    """
    loaded = load(
        tx,
        centre_id,
        company_id,
        month,
        recorded_before=recorded_before,
        edges=(since, until),
        ledgers=ledgers,
        tariff=tariff,
        memory=memory,
    )
    inputs, period = loaded.inputs, loaded.inputs.period
    found = reckon(inputs, loaded.own)
    return Computed(
        document=found.document,
        inputs=inputs,
        blockers=(
            *found_blockers(
                tx,
                loaded.own,
                inputs.buyer,
                inputs.stretch,
                unpriced=found.unpriced,
                unmeasured=found.unmeasured,
                unlogged=found.unlogged,
                every=loaded.every,
                sums=found.document.totals,
            ),
            *idle_decisions(tx, loaded.every, inputs.buyer, period, found.document.lines),
            *outdated_decisions(tx, loaded.every, inputs.buyer, period),
            *shared_decisions(loaded.every, inputs.buyer, period),
            *billed_elsewhere(tx, loaded.every, inputs.buyer, period),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Everything that a company's month is computed from.

    `every` are the ledgers that were opened, and `own` those with sessions of the company.
    """

    inputs: Inputs
    every: Sequence[Ledger]
    own: Sequence[Ledger]


def load(
    tx: Tx,
    centre_id: CentreId,
    company_id: CompanyId,
    month: str,
    *,
    recorded_before: datetime,
    edges: tuple[datetime | None, datetime | None],
    ledgers: Sequence[Ledger] | None,
    tariff: TariffVersion | None,
    memory: Memory | None,
) -> Loaded:
    """Read the facts of a company's month as known before the instant.

    `edges` are those of the statement's stretch, None where they are the month's.
    """
    centre, company = people.centre(tx, centre_id), people.company(tx, company_id)
    if centre is None or company is None:
        raise NotFound
    period = Month.parse(month).period(centre.zone)
    if ledgers is None:
        touched = machines_touched(tx, centre_id, company_id, period, recorded_before)
        ledgers = open_ledgers(tx, touched, period, recorded_before, memory=memory, of=company_id)
    own = [x for x in ledgers if x.sessions_of(company_id)]
    inputs = gather(
        tx,
        centre,
        company,
        month,
        period=between(period, *edges),
        recorded_before=recorded_before,
        ledgers=own,
        tariff=tariff,
    )
    return Loaded(inputs=inputs, every=ledgers, own=own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """A document, and what it leaves open.

    `unpriced` names what it found no price for, `unmeasured` counts the seconds that no signal
    speaks of. `unlogged` counts the sessions of machines without signals of which the ledger says
    nothing.
    """

    document: Document
    unpriced: Sequence[str]
    unmeasured: int
    unlogged: int


def reckon(inputs: Inputs, ledgers: Sequence[Ledger] | None = None) -> Reckoned:
    """Compute the document from the inputs alone; `ledgers` if they are derived already."""
    found = price(inputs, inputs.ledgers() if ledgers is None else ledgers)
    # Ledgers reach over the month's edges; a session of another month alone is asked about there.
    of_month = [(s, p) for s, p in found.sessions if s.reach.overlap(inputs.stretch.month)]
    return Reckoned(
        document=word(inputs, found),
        unpriced=sorted(found.unpriced),
        unmeasured=sum(unmeasured(s, p, inputs.recorded_before) for s, p in of_month),
        unlogged=sum(is_unlogged(s, p, inputs.recorded_before) for s, p in of_month),
    )


def word(inputs: Inputs, found: Priced) -> Document:
    """Write the document of the charges: their sentences, sums and evidence."""
    centre, company, known = inputs.centre, inputs.company, inputs.buyer
    charges, places = found.charges, found.places
    used = {t.id: t for t in known.tariffs if str(t.id) in {c.trace.tariff for c in charges}}
    charged = {charge.key.rsplit("/", 1)[0] for charge in charges}
    return Document(
        centre=centre.slug,
        centre_name=centre.name,
        company_id=company.id,
        company_name=company.name,
        registration_number=company.registration_number,
        month=inputs.month,
        period=inputs.period,
        currency=centre.currency,
        recorded_before=inputs.recorded_before,
        engine_version=ENGINE_VERSION,
        tariffs=tuple(sorted(used)),
        lines=tuple(
            _line(charge, places.get(charge.key.rsplit("/", 1)[0]), centre) for charge in charges
        ),
        totals=replace(known.reckoning(used.values()), drawn=inputs.drawn).totals(charges),
        zone=centre.zone_name,
        supplier=inputs.supplier,
        customer=inputs.customer,
        account=inputs.account,
        evidence=tuple(
            evidence(
                session, machine=places[session.key].slug, machine_name=places[session.key].name_ko
            )
            for session, _ in sorted(found.sessions, key=lambda p: (p[0].start.start, p[0].key))
            if session.key in charged
        ),
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
    tx: Tx,
    centre_id: CentreId,
    month: str,
    *,
    recorded_before: datetime,
    memory: Memory | None = None,
) -> list[Ledger]:
    """Return the ledgers of all machines for a month, with every company's sessions.

    Those of machines that were retired since are among them: their use is charged like any other.
    """
    centre = people.centre(tx, centre_id)
    if centre is None:
        raise NotFound
    every = [machine_id for _, machine_id in sorted(machines.ids(tx, centre_id).items())]
    period = Month.parse(month).period(centre.zone)
    return open_ledgers(tx, every, period, recorded_before, memory=memory)


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
    """Return whether a line rests on messages about a time before the instant.

    A session over the month's edge rests on all of its time: its rounding, minimum and fees are
    decided by it.
    """
    return any(
        line.charge.trace.messages and any(p.start < instant for p in _times(line.charge.trace))
        for line in lines
    )


def _times(trace: Trace) -> tuple[Period, ...]:
    return (*trace.periods, trace.whole) if trace.whole else trace.periods
