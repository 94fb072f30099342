"""Import of companies and their people from a table, previewed row by row and kept at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from gadong.core.database import Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.domain.problem import Conflict, Invalid, Problem, Refused
from gadong.core.services.sealing import Keyring
from gadong.people.domain.company import Company
from gadong.people.domain.imports.company_row import (
    LONGEST_CATEGORY,
    CompanyRow,
    Judge,
    JudgedRow,
    Verdict,
    payer_key,
)
from gadong.people.domain.imports.company_table import need_columns, read_table
from gadong.people.domain.imports.headed_table import MOST_ROWS, HeadedTable, UnreadableTable
from gadong.people.domain.legal_party import UNNAMED, Party
from gadong.people.domain.payer import A_BUSINESS
from gadong.people.domain.person import Person
from gadong.people.services.account_recovery import NO_PASSWORD, way_in
from gadong.people.services.consents import serve
from gadong.people.services.join_requests import INVITATION
from gadong.people.services.members import contact
from gadong.people.services.membership_offers import offer_place
from gadong.people.store import company_imports as imports
from gadong.people.store import entered_people, people
from gadong.people.store.company_imports import NewContact
from gadong.people.store.payers import payers
from gadong.texts.headings import COMPANIES as HEADINGS

#: Verdicts of rows whose companies or people are kept.
KEPT = frozenset({Verdict.ENTER, Verdict.PERSON})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyImport:
    """Rows of cells to import, served from a day on under a category where no cell names one.

    `fields` are the fields by heading as somebody chose them; None takes those of the last import
    and of the headings' own words. `keeps_good` leaves faulty rows out.
    """

    rows: Sequence[Sequence[str]]
    since: date
    category: str
    fields: Mapping[str, str] | None = None
    keeps_good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadImport:
    """A table as an import reads it; `problems` are those of its columns."""

    fields: Mapping[str, str]
    rows: Sequence[JudgedRow]
    problems: Sequence[Problem] = ()

    @property
    def good(self) -> int:
        """The number of rows that can be kept."""
        return sum(row.verdict is not Verdict.FAULTY for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeping:
    """The circumstances under which rows are kept."""

    who: Caller
    centre: CentreId
    since: date
    public_url: str
    keys: Keyring
    now: datetime
    recorded_at: datetime
    entered: Sequence[Company] = ()


def preview(pool: Pool, who: Caller, centre: CentreId, table: CompanyImport) -> ReadImport:
    """Judge every row and write nothing.

    A company that another centre serves looks like a new one here, so that no table finds out which
    numbers use Gadong elsewhere (docs/privacy.md).
    """
    permit = who.need(centre, Right.PEOPLE_WORK)
    with transaction(pool, permit) as tx:
        return _read(tx, centre, table)


@retried
def keep(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    table: CompanyImport,
    *,
    public_url: str,
    keys: Keyring,
    now: datetime,
) -> ReadImport:
    """Enter all rows in one transaction, and keep the columns for the next import.

    Raise Refused with each fault where a row is faulty, unless faulty rows may be left out.
    """
    permit = who.need(centre, Right.PEOPLE_WORK)
    with transaction(pool, permit) as tx:
        read = _read(tx, centre, table)
        faults = [*read.problems, *(p for row in read.rows for p in row.problems)]
        if read.problems or (faults and not table.keeps_good):
            raise Refused(faults)
        at = recorded_at(tx, centre)
        keeping = _Keeping(
            who=who,
            centre=centre,
            since=table.since,
            public_url=public_url,
            keys=keys,
            now=now,
            recorded_at=at,
        )
        rows = [judged.row for judged in read.rows if judged.verdict in KEPT]
        new = [judged.row for judged in read.rows if judged.verdict is Verdict.ENTER]
        keeping = replace(keeping, entered=_keep_companies(tx, keeping, new))
        served = _served(tx, centre)
        _keep_people(tx, keeping, rows, {key: company.id for key, company in served.items()})
        imports.insert_columns(tx, centre, read.fields, by=who.known, recorded_at=at)
    return read


def _read(tx: Tx, centre: CentreId, table: CompanyImport) -> ReadImport:
    category = table.category.strip()
    if not category or len(category) > LONGEST_CATEGORY or not category.isprintable():
        raise Invalid(
            "A category has 1 to 60 printable characters", field="category", limit=LONGEST_CATEGORY
        )
    if wrong := set((table.fields or {}).values()) - {"", *HEADINGS}:
        raise Invalid(f"There is no field {min(wrong)!r}", field="fields")
    try:
        read = read_table(table.rows, given=table.fields, kept=imports.latest_columns(tx, centre))
    except UnreadableTable as trouble:
        raise Refused([unreadable(trouble)]) from trouble
    try:
        need_columns(read)
    except UnreadableTable as trouble:
        return ReadImport(fields=read.fields, rows=(), problems=(unreadable(trouble),))
    served = _served(tx, centre)
    judge = Judge(
        table=read,
        served={key: company.name for key, company in served.items()},
        category=category,
    )
    ids = {key: company.id for key, company in served.items()}
    return ReadImport(
        fields=read.fields,
        rows=[_unless_shared(tx, read, judge.judge(row), ids) for row in read.rows],
    )


def _served(tx: Tx, centre: CentreId) -> dict[str, Company]:
    """Return the payers that the centre serves, by what tells one from another."""
    found = people.companies(tx, centre)
    kinds = payers.of_companies(tx, centre, [company.id for company in found])
    return {payer_key(c.registration_number, kinds.get(c.id, A_BUSINESS), c.name): c for c in found}


def unreadable(trouble: UnreadableTable) -> Problem:
    """Return the problem of a table that cannot be read."""
    limit = MOST_ROWS if trouble.code == "company_table.too_long" else None
    return Problem(code=trouble.code, limit=limit, actual=trouble.cell)


def _unless_shared(
    tx: Tx, table: HeadedTable, judged: JudgedRow, served: Mapping[str, CompanyId]
) -> JudgedRow:
    """Return the row as faulty where only the company's owner may invite its person."""
    row = judged.row
    company = served.get(row.key)
    if not (judged.verdict is Verdict.PERSON and row.person_email and company):
        return judged
    if not entered_people.is_shared(tx, company):
        return judged
    problem = Problem(
        code="company_table.person_of_shared",
        details={"line": row.number, "column": table.heading("person_email")},
    )
    return replace(judged, verdict=Verdict.FAULTY, problems=(problem,))


def _keep_companies(tx: Tx, keeping: _Keeping, rows: Sequence[CompanyRow]) -> list[Company]:
    """Enter companies, ask those that are known for their consent, and return the entered ones."""
    companies = [
        Company(id=CompanyId(new_id()), name=row.name, registration_number=row.registration_number)
        for row in rows
    ]
    new = imports.insert_companies(tx, companies)
    for company, row in zip(companies, rows, strict=True):
        if company.id not in new:
            serve(
                tx,
                keeping.who,
                keeping.centre,
                company,
                category=row.category,
                since=keeping.since,
                public_url=keeping.public_url,
            )
    entered = [(c, row) for c, row in zip(companies, rows, strict=True) if c.id in new]
    imports.insert_categories(
        tx,
        keeping.centre,
        {company.id: row.category for company, row in entered},
        since=keeping.since,
        by=keeping.who.known,
        recorded_at=keeping.recorded_at,
    )
    imports.insert_parties(
        tx,
        keeping.centre,
        {company.id: _party(company, row) for company, row in entered if row.party != UNNAMED},
        by=keeping.who.known,
        recorded_at=keeping.recorded_at,
    )
    for company, row in entered:
        if row.payer != A_BUSINESS:
            payers.keep(tx, keeping.centre, company.id, row.payer, by=keeping.who.known)
    return [company for company, _ in entered]


def _party(company: Company, row: CompanyRow) -> Party:
    return replace(row.party, name=company.name, registration_number=company.registration_number)


def _keep_people(
    tx: Tx, keeping: _Keeping, rows: Sequence[CompanyRow], served: Mapping[str, CompanyId]
) -> None:
    """Enter the people of served companies; those of a company that is asked wait for its consent.

    The first person of each company that was entered just now is nobody's namesake, so those are
    inserted at once. All others are compared with the people whom the company has.
    """
    empty = {company.id for company in keeping.entered}
    firsts: list[NewContact] = []
    others: list[tuple[CompanyId, CompanyRow]] = []
    for row in rows:
        company = served.get(row.key)
        if not row.person or company is None:
            continue
        if company in empty and not row.person_email:
            firsts.append(NewContact(company_id=company, name=row.person, phone=row.phone))
            empty.remove(company)
        else:
            others.append((company, row))
    imports.insert_contacts(tx, keeping.centre, firsts)
    for company, row in others:
        _keep_person(tx, keeping, company, row)


def _keep_person(tx: Tx, keeping: _Keeping, company: CompanyId, row: CompanyRow) -> None:
    """Invite a person with an e-mail address, or enter one who telephones.

    Whoever logs in sets their own phone number, so that nobody directs another's notices elsewhere.
    """
    if not row.person_email:
        contact(tx, keeping.who, keeping.centre, company, row.person, row.phone)
        return
    person = Person(
        id=PersonId(new_id()), name=row.person, email=row.person_email, is_administrator=False
    )
    try:
        people.insert_person(tx, person, NO_PASSWORD)
    except Conflict:
        # A second import of the same table meets people who are of the company already.
        with suppress(Conflict):
            offer_place(
                tx,
                keeping.who,
                email=person.email,
                name=person.name,
                public_url=keeping.public_url,
                now=keeping.now,
                company=company,
                through=keeping.centre,
            )
        return
    people.add_to_company(tx, company, person.id, is_owner=False)
    entered_people.enter(tx, company, person.id, keeping.centre)
    way_in(
        tx,
        person,
        INVITATION,
        public_url=keeping.public_url,
        keys=keeping.keys,
        now=keeping.now,
    )
