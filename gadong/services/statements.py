"""A company's month at a centre: computed from facts, approved, issued, and verified years later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from gadong import ENGINE_VERSION
from gadong.domain.access import Caller
from gadong.domain.booking import BookingState
from gadong.domain.calendar import Month
from gadong.domain.ids import CentreId, CompanyId, MachineId, StatementId, TariffId, new_id
from gadong.domain.machine import Machine
from gadong.domain.period import Period
from gadong.domain.problem import Conflict, Invalid, NotFound, Problem, Refused
from gadong.domain.rating import Charge, Price, rate
from gadong.domain.session import Session
from gadong.domain.statement import (
    Line,
    StatementAction,
    StatementState,
    Totals,
    blockers,
    following,
    totals,
)
from gadong.domain.wording import sentences
from gadong.services.ledger import MARGIN, Ledger, open_ledger
from gadong.store import bookings, clockwork, machines, messages, money, people
from gadong.store.database import Pool, Tx, cutoff, recorded_at, retried, transaction
from gadong.store.money import FIRST_HASH, Statement, TariffVersion
from gadong.store.people import Centre, Company
from gadong.store.values import canonical, from_document

# A message that a dead gateway never sent again, and use that nobody will ever claim.
ACCEPTABLE = frozenset({"statement.sequence_gap", "statement.unattributed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a statement says. Frozen with its issue; everything in it can be computed again."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A document and the digests of itself and of what it was computed from."""

    document: Document
    input_digest: bytes
    blockers: tuple[Problem, ...]

    @property
    def digest(self) -> bytes:
        """The document's own digest."""
        return sha256(canonical(self.document)).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying an issued statement found; no differences means that it holds."""

    number: str
    differences: tuple[str, ...]


@retried
def draft(pool: Pool, who: Caller, *, centre: CentreId, company: CompanyId, month: str) -> Statement:
    """Compute a company's month now and keep it as the draft; Conflict where it is approved or issued."""
    who.need_manager(centre)
    _month(month)
    before = cutoff(pool, centre)
    with transaction(pool) as tx:
        kept = money.locked_statement(tx, centre, company, month)
        if kept:
            following(kept.state, StatementAction.RECOMPUTE)
        return _keep(tx, compute(tx, centre, company, month, recorded_before=before), centre, month)


def preview(pool: Pool, who: Caller, *, centre: CentreId, company: CompanyId, month: str) -> Computed:
    """What the month comes to so far, without keeping anything; for the company and the centre's managers."""
    who.need_company(centre, company)
    _month(month)
    before = cutoff(pool, centre)
    with transaction(pool) as tx:
        return compute(tx, centre, company, month, recorded_before=before)


@retried
def approve(pool: Pool, who: Caller, statement_id: StatementId, *, accept: Collection[str] = ()) -> Statement:
    """Lock a draft that nothing blocks and that no newer fact contradicts.

    A manager may accept what no wait will settle (ACCEPTABLE) by naming its code.
    """
    statement = _managed(pool, who, statement_id)
    before = cutoff(pool, statement.centre_id)
    with transaction(pool) as tx:
        statement = _locked(tx, statement)
        state = following(statement.state, StatementAction.APPROVE)
        _need_fresh(tx, statement, before)
        blocking = from_document(tuple[Problem, ...], statement.blockers)
        if left := [p for p in blocking if p.code not in ACCEPTABLE.intersection(accept)]:
            raise Refused(left)
        at = recorded_at(tx, statement.centre_id)
        money.set_statement_state(tx, statement, state, approved_at=at, approved_by=who.person_id)
        return _again(tx, statement)


@retried
def reopen(pool: Pool, who: Caller, statement_id: StatementId) -> Statement:
    """Take an approval back, so that the draft can be computed again."""
    statement = _managed(pool, who, statement_id)
    with transaction(pool) as tx:
        statement = _locked(tx, statement)
        state = following(statement.state, StatementAction.REOPEN)
        money.set_statement_state(tx, statement, state, approved_at=None, approved_by=None)
        return _again(tx, statement)


@retried
def issue(
    pool: Pool, who: Caller, statement_id: StatementId, *, close_early: bool, now: datetime
) -> Statement:
    """Give an approved statement its number and freeze it. A month that still runs is closed early on demand."""
    statement = _managed(pool, who, statement_id)
    if now < document(statement).period.end and not close_early:
        raise Conflict(
            "The month is not over. Wait, or issue with close_early=true: what is used later this month will then "
            "need a correction",
            ends_at=document(statement).period.end.isoformat(),
        )
    before = cutoff(pool, statement.centre_id)
    with transaction(pool) as tx:
        statement = _locked(tx, statement)
        following(statement.state, StatementAction.ISSUE)
        _need_fresh(tx, statement, before)
        sequence, previous = money.next_in_series(tx, statement.centre_id, statement.month)
        number = f"{document(statement).centre}-{statement.month.replace('-', '')}-{sequence:04d}"
        money.issue(
            tx,
            statement,
            number=number,
            sequence=sequence,
            at=recorded_at(tx, statement.centre_id),
            by=who.person_id,
            chain_hash=chain_hash(number, statement, previous),
            previous_hash=previous,
        )
        clockwork.post(
            tx,
            statement.centre_id,
            "statement.issued",
            statement=str(statement.id),
            company=str(statement.company_id),
            number=number,
        )
        return _again(tx, statement)


def chain_hash(number: str, statement: Statement, previous: bytes) -> bytes:
    """What ties an issued document to the one before it in its series."""
    parts = (number.encode(), statement.document_digest, statement.input_digest, previous)
    return sha256(b"\0".join(parts)).digest()


def find(pool: Pool, who: Caller, statement_id: StatementId) -> Statement:
    """A statement: any for managers, an issued one for its company."""
    with transaction(pool) as tx:
        statement = money.statement(tx, statement_id)
    if statement is None:
        raise NotFound
    is_own = statement.company_id in who.companies and statement.state is StatementState.ISSUED
    if not is_own and not who.may_manage(statement.centre_id):
        raise NotFound
    return statement


def page(
    pool: Pool, who: Caller, *, centre: CentreId | None, month: str | None, before: UUID | None, most: int
) -> list[Statement]:
    """A page of the statements the caller may see, the latest made first."""
    with transaction(pool) as tx:
        managed = {c.id for c in people.centres(tx) if who.may_manage(c.id)}
        found = money.statement_page(
            tx,
            centre_ids=managed if centre is None else managed & {centre},
            company_ids=who.companies,
            month=month,
            before=before,
            most=most,
        )
    return [s for s in found if centre in {None, s.centre_id}]


def draft_month(tx: Tx, centre: Centre, month: Month, *, recorded_before: datetime) -> int:
    """Compute the month's drafts of every company with anything to show; return how many. For the scheduler."""
    drafted = 0
    period = month.period(centre.zone)
    every = [machine.id for machine in machines.of_centres(tx, [centre.id])]
    ledgers = _ledgers(tx, every, period, recorded_before)
    for company in people.companies(tx, centre.id):
        kept = money.locked_statement(tx, centre.id, company.id, str(month))
        if kept and kept.state is not StatementState.DRAFT:
            continue
        computed = compute(
            tx, centre.id, company.id, str(month), recorded_before=recorded_before, ledgers=ledgers
        )
        if computed.document.lines or kept:
            _keep(tx, computed, centre.id, str(month))
            drafted += 1
    return drafted


def verify(pool: Pool, *, number: str | None = None) -> list[Verdict]:
    """Compute every issued statement (or one) again from the facts it was made of, and name any difference."""
    with transaction(pool) as tx:
        issued = money.issued(tx, number)
    verdicts: list[Verdict] = []
    links: dict[tuple[CentreId, str], bytes] = {}
    for statement in issued:
        with transaction(pool) as tx:
            again = compute(
                tx,
                statement.centre_id,
                statement.company_id,
                statement.month,
                recorded_before=statement.recorded_before,
            )
        series = (statement.centre_id, statement.month)
        previous = links.get(series, FIRST_HASH) if number is None else statement.previous_hash
        verdicts.append(
            Verdict(
                number=statement.number or "",
                differences=tuple(_differences(statement, again, previous or FIRST_HASH)),
            )
        )
        links[series] = statement.chain_hash or FIRST_HASH
    return verdicts


def _differences(statement: Statement, again: Computed, previous: bytes) -> list[str]:
    found: list[str] = []
    if statement.engine_version != ENGINE_VERSION:
        found.append(f"made by engine {statement.engine_version}, verified by {ENGINE_VERSION}")
    if again.input_digest != statement.input_digest:
        found.append("the facts are not those it was computed from")
    if sha256(msgspec.json.encode(statement.document, order="sorted")).digest() != statement.document_digest:
        found.append("the stored document does not have its digest")
    if again.digest != statement.document_digest:
        then, now = document(statement), again.document
        found.append(f"total {then.totals.total} as issued, {now.totals.total} as computed")
        old = {line.charge.key: line.charge.amount for line in then.lines}
        new = {line.charge.key: line.charge.amount for line in now.lines}
        found += [
            f"line {key}: {old.get(key)} as issued, {new.get(key)} as computed"
            for key in sorted(old.keys() | new.keys())
            if old.get(key) != new.get(key)
        ]
    if statement.previous_hash != previous:
        found.append("it does not follow the one before it in its series")
    if statement.chain_hash != chain_hash(statement.number or "", statement, statement.previous_hash or b""):
        found.append("its link in the chain is not its own")
    return found


def compute(
    tx: Tx,
    centre_id: CentreId,
    company_id: CompanyId,
    month: str,
    *,
    recorded_before: datetime,
    ledgers: Sequence[Ledger] | None = None,
) -> Computed:
    """The document of a company's month from the facts recorded before the instant; nothing else goes in.

    `ledgers` may hand over the centre's, opened once for all companies at the same instant.
    """
    centre, company = people.centre(tx, centre_id), people.company(tx, company_id)
    if centre is None or company is None:
        raise NotFound
    period = Month.parse(month).period(centre.zone)
    if ledgers is None:
        touched = bookings.machines_of(tx, centre_id, company_id, period.widened(before=MARGIN, after=MARGIN))
        ledgers = _ledgers(tx, touched, period, recorded_before)
    ledgers = [x for x in ledgers if any(s.company_id == company_id for s in x.sessions)]
    tariffs = [t for t in money.tariffs(tx, centre_id) if t.published_at and t.published_at < recorded_before]
    lines: list[Line] = []
    unpriced: set[str] = set()
    used: dict[TariffId, TariffVersion] = {}
    for ledger, session in _own(ledgers, company_id, recorded_before):
        version, price = _price(tx, centre, session, ledger.machine, tariffs, recorded_before)
        if price is None or version is None:
            unpriced |= {ledger.machine.slug} if session.start.overlap(period) else set()
            continue
        charges = rate(session, price, period)
        if charges:
            used[version.id] = version
        lines += [_line(charge, ledger.machine, centre) for charge in charges]
    unit = max((t.tariff.document_unit for t in used.values()), default=1)
    sums = totals([line.charge for line in lines], unit=unit)
    return Computed(
        document=Document(
            centre=centre.slug,
            centre_name=centre.name,
            company_id=company.id,
            company_name=company.name,
            registration_number=company.registration_number,
            month=month,
            period=period,
            currency=centre.currency,
            recorded_before=recorded_before,
            engine_version=ENGINE_VERSION,
            tariffs=tuple(sorted(used)),
            lines=tuple(lines),
            totals=sums,
        ),
        input_digest=_input_digest(centre, company, month, ledgers, [used[i] for i in sorted(used)]),
        blockers=_blockers(tx, ledgers, company_id, recorded_before, sorted(unpriced), sums),
    )


def _blockers(
    tx: Tx,
    ledgers: Sequence[Ledger],
    company_id: CompanyId,
    recorded_before: datetime,
    unpriced: Sequence[str],
    sums: Totals,
) -> tuple[Problem, ...]:
    own = list(_own(ledgers, company_id, recorded_before))
    return tuple(
        blockers(
            unattributed_seconds=sum(x.unattributed_near([s.occupied or s.start]) for x, s in own),
            unpriced=unpriced,
            open_sessions=sum(_is_open(s, recorded_before) for _, s in own),
            open_sequence_gaps=messages.open_gaps(
                tx, [x.machine.id for x in ledgers], before=recorded_before
            ),
            totals=sums,
        )
    )


def _ledgers(
    tx: Tx, machine_ids: Iterable[MachineId], period: Period, recorded_before: datetime
) -> list[Ledger]:
    found = (machines.by_id(tx, machine_id) for machine_id in machine_ids)
    return [open_ledger(tx, machine, period, recorded_before=recorded_before) for machine in found if machine]


def _own(
    ledgers: Sequence[Ledger], company_id: CompanyId, recorded_before: datetime
) -> Iterator[tuple[Ledger, Session]]:
    """The company's sessions. One that has not begun is no use yet, whatever its basis."""
    for ledger in ledgers:
        for session in ledger.sessions:
            begun = session.usages or not _is_open(session, recorded_before)
            if session.company_id == company_id and begun:
                yield ledger, session


def _is_open(session: Session, recorded_before: datetime) -> bool:
    """Whether the booked time still lasts and nobody has checked out."""
    booking = session.booking
    return (
        booking is not None
        and booking.period.end > recorded_before
        and booking.state is not BookingState.COMPLETED
    )


def _price(
    tx: Tx,
    centre: Centre,
    session: Session,
    machine: Machine,
    tariffs: Sequence[TariffVersion],
    recorded_before: datetime,
) -> tuple[TariffVersion | None, Price | None]:
    """What applies to a session: the version in force on its first day, on the centre's calendar."""
    day = session.start.start.astimezone(centre.zone).date()
    version = next((t for t in tariffs if t.tariff.effective_from <= day), None)
    item = version.tariff.item_for(machine.slug, machine.kind) if version else None
    if version is None or item is None:
        return None, None
    category = people.category_on(tx, centre.id, session.company_id, day, recorded_before=recorded_before)
    discount = version.tariff.discount_for(category)
    return version, Price(item=item, discount_pct=discount, zone=centre.zone, tariff=str(version.id))


def _line(charge: Charge, machine: Machine, centre: Centre) -> Line:
    korean, english = sentences(charge, centre.zone)
    return Line(
        charge=charge,
        machine=machine.slug,
        machine_name=machine.name_ko,
        sentence_ko=korean,
        sentence_en=english,
    )


def _input_digest(
    centre: Centre,
    company: Company,
    month: str,
    ledgers: Sequence[Ledger],
    tariffs: Sequence[TariffVersion],
) -> bytes:
    """The digest of every fact that the document rests on, machine by machine in a fixed order."""
    digest = sha256(canonical([ENGINE_VERSION, centre, company, month, [(t.id, t.tariff) for t in tariffs]]))
    for ledger in sorted(ledgers, key=lambda x: x.machine.id):
        facts = [ledger.machine.id, ledger.settings, ledger.sources, ledger.runs, ledger.witnesses]
        digest.update(canonical(facts))
    return digest.digest()


def document(statement: Statement) -> Document:
    """A kept statement's document with its types."""
    return from_document(Document, statement.document)


def _keep(tx: Tx, computed: Computed, centre: CentreId, month: str) -> Statement:
    found = computed.document
    statement = Statement(
        id=StatementId(new_id()),
        centre_id=centre,
        company_id=found.company_id,
        month=month,
        state=StatementState.DRAFT,
        version=1,
        document=found,
        document_digest=computed.digest,
        blockers=computed.blockers,
        input_digest=computed.input_digest,
        recorded_before=found.recorded_before,
        engine_version=ENGINE_VERSION,
        total=found.totals.total,
        number=None,
        approved_at=None,
        issued_at=None,
        chain_hash=None,
        previous_hash=None,
        computed_at=found.recorded_before,
    )
    kept = money.statement(tx, money.upsert_statement(tx, statement))
    if kept is None:
        raise NotFound
    return kept


def _need_fresh(tx: Tx, statement: Statement, before: datetime) -> None:
    """Raise Conflict where facts that came since would change a line."""
    now = compute(
        tx, statement.centre_id, statement.company_id, statement.month, recorded_before=before
    ).document
    then = document(statement)
    if (now.lines, now.totals) != (then.lines, then.totals):
        raise Conflict(
            "Newer facts change this statement; compute the draft again and look at it",
            total_then=then.totals.total,
            total_now=now.totals.total,
        )


def _managed(pool: Pool, who: Caller, statement_id: StatementId) -> Statement:
    with transaction(pool) as tx:
        statement = money.statement(tx, statement_id)
    if statement is None:
        raise NotFound
    who.need_manager(statement.centre_id)
    return statement


def _locked(tx: Tx, statement: Statement) -> Statement:
    found = money.locked_statement(tx, statement.centre_id, statement.company_id, statement.month)
    if found is None:
        raise NotFound
    return found


def _again(tx: Tx, statement: Statement) -> Statement:
    found = money.statement(tx, statement.id)
    if found is None:
        raise NotFound
    return found


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as trouble:
        raise Invalid(str(trouble), field="month") from trouble
