"""Rules for one row of a table of companies: its values, and every fault that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gadong.core.domain.name import LONGEST_SHORT, folded, name_of
from gadong.core.domain.problem import Invalid, Problem
from gadong.people.domain.imports.company_table import registration_digits
from gadong.people.domain.imports.headed_table import HeadedTable, TableRow
from gadong.people.domain.legal_party import UNNAMED, Party, is_registration_number
from gadong.people.domain.payer import A_BUSINESS, KINDS, Payer, PayerKind, need_payer
from gadong.people.domain.phone_number import need_phone
from gadong.people.domain.resident_number import holds_resident_number
from gadong.texts.payers import CATEGORIES as NAMES

#: As the form of one company has it.
LONGEST_CATEGORY = 60
#: Fields of a legal party that a row may fill.
PARTY_FIELDS = ("representative", "address", "business_type", "business_item", "email")


class Verdict(StrEnum):
    """The treatment of a row by an import."""

    #: The company is entered; one that another centre serves is asked for its consent.
    ENTER = "enter"
    #: The centre serves the company, or the table enters it above: its person is added.
    PERSON = "person"
    #: The centre serves the company already, and the row names nobody: nothing changes.
    SERVED = "served"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRow:
    """The values of a row in their canonical form; a person without a name is none.

    A payer without a registration number has an empty one.
    """

    number: int
    name: str
    registration_number: str
    category: str
    party: Party
    person: str = ""
    phone: str = ""
    person_email: str = ""
    payer: Payer = A_BUSINESS

    @property
    def key(self) -> str:
        """Return what tells the row's payer from others at the centre."""
        return payer_key(self.registration_number, self.payer, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRow:
    """A row with its verdict, and what is wrong with it, column by column."""

    row: CompanyRow
    verdict: Verdict
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, kw_only=True)
class Judge:
    """Judges the rows of a table in their order, so that a row knows those above it.

    `served` are the names of the payers that the centre serves, by their keys.
    """

    table: HeadedTable
    served: Mapping[str, str]
    category: str
    above: dict[str, tuple[int, str]] = field(default_factory=dict)
    people: dict[tuple[str, str, str], int] = field(default_factory=dict)
    emails: dict[str, int] = field(default_factory=dict)

    def judge(self, cells: TableRow) -> JudgedRow:
        """Return the row's verdict with every fault of it."""
        faults = _Faults(table=self.table, row=cells)
        payer, registration_number = faults.payer()
        faults.need_no_resident_numbers()
        row = CompanyRow(
            number=cells.number,
            name=faults.name("name") if cells.get("name") else "",
            registration_number=registration_number,
            payer=payer,
            category=faults.category(self.category),
            party=faults.party(),
            person=faults.name("person", LONGEST_SHORT) if cells.get("person") else "",
            phone=faults.phone(),
            person_email=faults.person_email(),
        )
        if (row.phone or row.person_email) and not cells.get("person"):
            faults.add("person", "company_table.person")
        verdict = self._verdict(row, faults)
        if faults.problems:
            return JudgedRow(row=row, verdict=Verdict.FAULTY, problems=tuple(faults.problems))
        if verdict is Verdict.ENTER:
            self.above[row.key] = (row.number, row.name)
        self._remember(row)
        return JudgedRow(row=row, verdict=verdict)

    def _verdict(self, row: CompanyRow, faults: _Faults) -> Verdict:
        key = row.key
        known = self.served.get(key)
        if known is None and key in self.above:
            line, known = self.above[key]
            if not row.person:
                faults.add("registration_number", "company_table.twice", limit=line)
        if known is None:
            if not row.name:
                faults.add("name", "company_table.name")
            self._need_new_person(row, faults)
            return Verdict.ENTER
        # Another name beside a known number is mostly a slip in the number, and a person would
        # book for the wrong company. Without a person nothing follows from the row.
        if row.name and row.person and plainly(row.name) != plainly(known):
            faults.add("name", "company_table.other_name", actual=f"{row.name} / {known}")
        self._need_new_person(row, faults)
        return Verdict.PERSON if row.person else Verdict.SERVED

    def _need_new_person(self, row: CompanyRow, faults: _Faults) -> None:
        if row.person and (line := self.people.get(_person_key(row))):
            faults.add("person", "company_table.person_twice", limit=line)
        elif row.person_email and (line := self.emails.get(row.person_email)):
            faults.add("person_email", "company_table.email_twice", limit=line)

    def _remember(self, row: CompanyRow) -> None:
        if row.person:
            self.people[_person_key(row)] = row.number
        if row.person_email:
            self.emails[row.person_email] = row.number


def plainly(name: str) -> str:
    """Return what of a company's name is compared: without spaces and the kind of company."""
    short = name.casefold().replace("주식회사", "").replace("(주)", "").replace("㈜", "")
    return "".join(short.split())


def payer_key(registration_number: str, payer: Payer, name: str) -> str:
    """Return what tells a payer from others at one centre.

    A payer without a number is known by kind, name and the identification given instead. Of two
    students of one name and school the second is entered by the form.
    """
    if registration_number:
        return registration_number
    return f"{payer.kind} {plainly(name)} {plainly(payer.identification)}"


def _person_key(row: CompanyRow) -> tuple[str, str, str]:
    return (row.key, row.person, row.person_email or row.phone)


@dataclass(slots=True, kw_only=True)
class _Faults:
    """The faults of one row, gathered while its values are read."""

    table: HeadedTable
    row: TableRow
    problems: list[Problem] = field(default_factory=list)

    def add(
        self, column: str, code: str, *, limit: int | None = None, actual: str | None = None
    ) -> None:
        """Add a fault with its row and its column's heading."""
        self.problems.append(
            Problem(
                code=code,
                limit=limit,
                actual=self.row.get(column) if actual is None else actual,
                details={"line": self.row.number, "column": self.table.heading(column)},
            )
        )

    def need_no_resident_numbers(self) -> None:
        """Add a fault for each text with a resident number; the cell is not said again."""
        for column in ("name", "person", *PARTY_FIELDS, "person_email"):
            if holds_resident_number(self.row.get(column)):
                self.add(column, "company_table.resident_number", actual="")

    def name(self, column: str, longest: int = 150) -> str:
        try:
            return name_of(self.row.get(column), longest)
        except ValueError:
            self.add(column, "company_table.name_long", limit=longest)
            return ""

    def payer(self) -> tuple[Payer, str]:
        """Return the payer and its number with the tax office, which some kinds have not."""
        kind = self.kind()
        if kind is None:
            return A_BUSINESS, ""
        given = Payer(kind=kind, identification=self.row.get("identification"))
        digits = self.registration_number(is_needed=kind is PayerKind.BUSINESS)
        if self.problems:
            return A_BUSINESS, digits
        try:
            return need_payer(given, digits), digits
        except Invalid as trouble:
            if trouble.figures.get("field") == "registration_number":
                self.add("registration_number", "company_table.no_number")
            else:
                # The cell is not said again: it may hold a resident number.
                self.add("identification", "company_table.identification", actual="")
            return A_BUSINESS, digits

    def kind(self) -> PayerKind | None:
        """Return the kind of the payer, a business where no cell says another; None for none."""
        cell = self.row.get("kind")
        by_name = {plainly(name): kind for kind, of in KINDS.items() for name in (kind, *of.names)}
        kind = by_name.get(plainly(cell)) if cell else PayerKind.BUSINESS
        if kind is None:
            self.add("kind", "company_table.kind")
        return kind

    def registration_number(self, *, is_needed: bool) -> str:
        cell = self.row.get("registration_number")
        digits = registration_digits(cell)
        if not cell:
            if is_needed:
                self.add("registration_number", "company_table.number_missing")
        elif "E+" in digits.upper():
            self.add("registration_number", "company_table.number_shortened")
        elif not is_registration_number(digits):
            self.add("registration_number", "company_table.number")
        return digits

    def category(self, default: str) -> str:
        cell = self.row.get("category")
        by_name = {plainly(name): key for key, names in NAMES.items() for name in (key, *names)}
        category = by_name.get(plainly(cell), folded(cell)) if cell else default
        if not category.isprintable() or len(category) > LONGEST_CATEGORY:
            self.add("category", "company_table.name_long", limit=LONGEST_CATEGORY)
        return category

    def party(self) -> Party:
        values: dict[str, str] = {}
        for column in PARTY_FIELDS:
            cell = self.row.get(column)
            try:
                Party(**{column: cell})
            except ValueError:
                self.add(column, f"company_table.{'email' if column == 'email' else 'party'}")
                continue
            values[column] = cell
        return Party(**values) if any(values.values()) else UNNAMED

    def phone(self) -> str:
        cell = self.row.get("phone")
        # A spreadsheet that takes a phone number for a number drops its leading zero.
        for text in (cell, f"0{cell}") if cell else ():
            try:
                return need_phone(text)
            except Invalid:
                continue
        if cell:
            self.add("phone", "company_table.phone")
        return ""

    def person_email(self) -> str:
        cell = self.row.get("person_email").lower()
        local, at, host = cell.partition("@")
        is_address = local and host and " " not in cell and len(cell) <= 254 and "@" not in host
        if cell and not (at and is_address and cell.isprintable()):
            self.add("person_email", "company_table.email")
            return ""
        return cell
