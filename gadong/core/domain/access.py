"""Callers, their rights, and the permits that services and transactions require.

An access check returns a permit. Nothing else makes one (a test reads the code for that), and no
transaction opens without a permit. A service that forgets its check therefore does not run. The
database then shows the transaction only the rows that the permit reaches (row-level security, ADR
18). A check with the right caller and the wrong row still shows nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from gadong.core.domain.ids import CentreId, CompanyId, PersonId
from gadong.core.domain.problem import Forbidden, NotFound, ProofTooOld, SessionNeeded


class Right(StrEnum):
    """A right of a role at a centre, or (COMPANY) of a member for the own companies."""

    HALL_SEE = "hall.see"  # machines' states alone, as a board on a wall shows them
    FLOOR_SEE = "floor.see"  # machines' states, jobs, sources, messages, the inbox
    FLOOR_WORK = "floor.work"  # register and bind machines, calibrate, switch
    DESK_SEE = "desk.see"  # everybody's bookings
    # Book for others, approve, make exceptions, close machines, grant qualifications.
    DESK_WORK = "desk.work"
    MONEY_SEE = "money.see"  # statements, decisions, payments
    MONEY_WORK = "money.work"  # draft, decide, approve, issue, correct, record payments
    PEOPLE_SEE = "people.see"  # companies' people, their addresses and categories
    PEOPLE_WORK = "people.work"  # admit companies and their people, say what category they are
    RULES_SEE = "rules.see"  # tariffs before they are published
    RULES_WORK = "rules.work"  # rule book, tariffs, holidays, suspensions, webhooks
    REPORT_SEE = "report.see"  # utilisation, logbooks, the year's report
    FIGURES_SEE = "figures.see"  # sums of centres, without any company or person
    STAFF_WORK = "staff.work"  # say who works at the centre, and as what
    AUDIT_SEE = "audit.see"  # the record of actions
    COMPANY = "company"  # book and see for one's companies


class Role(StrEnum):
    """A role of a person at a centre; one person may have several."""

    MANAGER = "manager"
    TECHNICIAN = "technician"
    ACCOUNTANT = "accountant"
    AUDITOR = "auditor"
    KIOSK = "kiosk"  # a wall board or a terminal: it sees the floor and changes nothing
    AGENCY = "agency"  # it compares centres by their figures, and enters none of them


AT_CENTRES = frozenset(Right) - {Right.COMPANY}

#: The rights of each role: the only table. docs/security.md shows it, and the tests derive the
#: access matrix from it.
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.MANAGER: AT_CENTRES,
    Role.TECHNICIAN: frozenset(
        {Right.HALL_SEE, Right.FLOOR_SEE, Right.FLOOR_WORK, Right.DESK_SEE, Right.DESK_WORK}
    ),
    Role.ACCOUNTANT: frozenset(
        {
            Right.MONEY_SEE,
            Right.MONEY_WORK,
            Right.PEOPLE_SEE,
            Right.RULES_SEE,
            Right.REPORT_SEE,
            Right.FIGURES_SEE,
        }
    ),
    Role.AUDITOR: frozenset(right for right in AT_CENTRES if right.endswith(".see")),
    Role.KIOSK: frozenset({Right.HALL_SEE}),
    Role.AGENCY: frozenset({Right.FIGURES_SEE}),
}


# Long enough to set up one-time codes and a passkey in one visit; too short for a browser that was
# left open.
PROVEN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSession:
    """A person's login in a browser, with the instant of the last password or passkey check."""

    id: UUID
    # None: an organisation's provider opened the session, perhaps without a check.
    proven_at: datetime | None

    def is_proven(self, now: datetime) -> bool:
        """Return whether the proof is recent enough to change the account."""
        return self.proven_at is not None and now - self.proven_at <= PROVEN_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The reach of a transaction and its author; only a caller's checks and SYSTEM make one.

    `centres` are reached with every row. `entered` are centres whose hall and calendar are reached.
    `companies` are reached with their own affairs at every centre.
    """

    by: PersonId | None
    origin: str = ""
    centres: frozenset[CentreId] = frozenset()
    entered: frozenset[CentreId] = frozenset()
    companies: frozenset[CompanyId] = frozenset()
    is_everything: bool = False


#: The programs' own work for all centres: metering, scheduled jobs, ingest, and logins.
SYSTEM = Permit(by=None, origin="system", is_everything=True)


def system_for(person_id: PersonId | None, origin: str) -> Permit:
    """Return the programs' permit in the name of a person who proves an identity, or tries to."""
    return Permit(by=person_id, origin=origin, is_everything=True)


#: For work that reads no row: a lock, a clock.
NOWHERE = Permit(by=None, origin="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A logged-in person with companies, roles and rights.

    `only` are the rights to which a token was limited; `origin` is the request's source. `session`
    is the login: None for a token, a program and the command line.
    """

    person_id: PersonId
    companies: frozenset[CompanyId] = frozenset()
    # The companies whose people the caller may name.
    owns: frozenset[CompanyId] = frozenset()
    # Centres whose machines the person's companies may book.
    centres: frozenset[CentreId] = frozenset()
    staff: frozenset[tuple[CentreId, Role]] = frozenset()
    is_administrator: bool = False
    only: frozenset[Right] | None = None
    origin: str = ""
    session: LoginSession | None = None

    @property
    def known(self) -> PersonId | None:
        """Return the caller's person id; None for the command line, which is no person."""
        return self.person_id if self.person_id.int else None

    @property
    def works_at(self) -> frozenset[CentreId]:
        """Return the centres where the caller has a role that enters them."""
        return frozenset(centre for centre, role in self.staff if role is not Role.AGENCY)

    @property
    def oversees(self) -> frozenset[CentreId]:
        """Return the centres whose figures the caller sees as their agency, and no more of them."""
        return frozenset(centre for centre, role in self.staff if role is Role.AGENCY)

    def roles_at(self, centre: CentreId) -> frozenset[Role]:
        """Return the caller's roles at a centre."""
        return frozenset(role for where, role in self.staff if where == centre)

    def rights_at(self, centre: CentreId) -> frozenset[Right]:
        """Return the rights of the caller's roles at a centre, within the token's limits."""
        held = (
            AT_CENTRES
            if self.is_administrator
            else frozenset().union(*(RIGHTS[role] for role in self.roles_at(centre)))
        )
        return held if self.only is None else held & self.only

    def may(self, centre: CentreId, right: Right, *others: Right) -> bool:
        """Return whether the caller has one of the rights at the centre."""
        return not self.rights_at(centre).isdisjoint((right, *others))

    def may_enter(self, centre: CentreId) -> bool:
        """Return whether the caller may see the centre's machines and calendar."""
        return self.is_administrator or centre in self.centres or centre in self.works_at

    def may_see(self, centre: CentreId, company: CompanyId, right: Right, *others: Right) -> bool:
        """Return whether the caller may see a company's affairs at the centre.

        A member of the company may, and so may a caller with one of the rights.
        """
        return company in self.companies or self.may(centre, right, *others)

    def need(self, centre: CentreId, right: Right, *others: Right) -> Permit:
        """Return the centre's permit.

        Raise Forbidden to an insider without one of the rights, and NotFound to an outsider.
        """
        if self.may(centre, right, *others):
            return self._permit(centres=frozenset({centre}))
        raise Forbidden if self.may_enter(centre) else NotFound

    def need_each(self, centres: Collection[CentreId], right: Right, *others: Right) -> Permit:
        """Return the permit of several centres; raise what `need` raises for one of them."""
        for centre in centres:
            self.need(centre, right, *others)
        return self._permit(centres=frozenset(centres))

    def need_administrator(self) -> Permit:
        """Return the permit for everything; raise Forbidden to all but administrators."""
        if not self.is_administrator or self.only is not None:
            raise Forbidden
        return self._permit(is_everything=True)

    def need_giving(self, centre: CentreId, rights: Collection[Right]) -> None:
        """Raise Forbidden unless the caller has every right that is to be given at the centre."""
        if not self.rights_at(centre).issuperset(rights):
            raise Forbidden("Nobody gives a right that they do not have themselves")

    def need_whole(self) -> None:
        """Raise Forbidden for a token that is limited to some rights."""
        if self.only is not None:
            raise Forbidden("A token that is limited does not do this")

    def need_account(self) -> Permit:
        """Return the permit for the caller's own account; raise SessionNeeded without a session."""
        if self.session is None or self.only is not None:
            raise SessionNeeded
        return self._permit(is_everything=True)

    def need_proven(self, now: datetime) -> Permit:
        """Return the permit to change the caller's account.

        Raise ProofTooOld after an old proof.
        """
        permit = self.need_account()
        if self.session is None or not self.session.is_proven(now):
            raise ProofTooOld(minutes=int(PROVEN_FOR.total_seconds() // 60))
        return permit

    def need_entry(self, centre: CentreId) -> Permit:
        """Return the permit for the centre's hall and calendar; raise NotFound to outsiders."""
        if not self.may_enter(centre):
            raise NotFound
        return self._at(centre)

    def need_company(
        self, centre: CentreId, company: CompanyId, right: Right, *others: Right
    ) -> Permit:
        """Return the permit for a company's affairs at the centre; raise NotFound to outsiders."""
        if not self.may_see(centre, company, right, *others):
            raise NotFound
        return self._at(centre)

    def reach(self) -> Permit:
        """Return the permit for all rows of the caller, for a search before the row is known."""
        return self._permit(
            centres=self.works_at,
            entered=self.centres,
            companies=self.companies,
            is_everything=self.is_administrator,
        )

    def _at(self, centre: CentreId) -> Permit:
        if self.is_administrator or centre in self.works_at:
            return self._permit(centres=frozenset({centre}), companies=self.companies)
        return self._permit(entered=frozenset({centre}), companies=self.companies)

    def _permit(
        self,
        *,
        centres: frozenset[CentreId] = frozenset(),
        entered: frozenset[CentreId] = frozenset(),
        companies: frozenset[CompanyId] = frozenset(),
        is_everything: bool = False,
    ) -> Permit:
        return Permit(
            by=self.person_id,
            origin=self.origin,
            centres=centres,
            entered=entered,
            companies=companies,
            is_everything=is_everything,
        )
