"""Who is asking, and what they may do. Every service takes the caller; every transaction takes a permit of theirs.

A permit is what an access check answers with. Nothing else makes one (a test reads the code for that), and a
transaction cannot be opened without: so a service that forgot to check does not run. The database then shows the
transaction only the rows that the permit reaches (row-level security, ADR 18), so that a check that was right about
the caller and wrong about a row still shows nothing.
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
    """What a role lets somebody do: at a centre, or (COMPANY) for the companies they are of."""

    FLOOR_SEE = "floor.see"  # machines' states, jobs, sources, messages, the inbox
    FLOOR_WORK = "floor.work"  # register and bind machines, calibrate, switch
    DESK_SEE = "desk.see"  # everybody's bookings
    DESK_WORK = "desk.work"  # book for others, approve, make exceptions, close machines, grant qualifications
    MONEY_SEE = "money.see"  # statements, decisions, payments
    MONEY_WORK = "money.work"  # draft, decide, approve, issue, correct, record payments
    PEOPLE_SEE = "people.see"  # companies' people, their addresses and categories
    PEOPLE_WORK = "people.work"  # admit companies and their people, say what category they are
    RULES_SEE = "rules.see"  # tariffs before they are published
    RULES_WORK = "rules.work"  # rule book, tariffs, holidays, suspensions, webhooks
    REPORT_SEE = "report.see"  # utilisation, logbooks, the year's report
    STAFF_WORK = "staff.work"  # say who works at the centre, and as what
    AUDIT_SEE = "audit.see"  # who did what
    COMPANY = "company"  # book and see for one's companies


class Role(StrEnum):
    """What somebody is at a centre. One person may be several."""

    MANAGER = "manager"
    TECHNICIAN = "technician"
    ACCOUNTANT = "accountant"
    AUDITOR = "auditor"
    KIOSK = "kiosk"  # a wall board or a terminal: it sees the floor and changes nothing


AT_CENTRES = frozenset(Right) - {Right.COMPANY}

#: Who may do what: the one table. docs/security.md shows it, and the access matrix of the tests is made from it.
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.MANAGER: AT_CENTRES,
    Role.TECHNICIAN: frozenset({Right.FLOOR_SEE, Right.FLOOR_WORK, Right.DESK_SEE, Right.DESK_WORK}),
    Role.ACCOUNTANT: frozenset(
        {Right.MONEY_SEE, Right.MONEY_WORK, Right.PEOPLE_SEE, Right.RULES_SEE, Right.REPORT_SEE}
    ),
    Role.AUDITOR: frozenset(right for right in AT_CENTRES if right.endswith(".see")),
    Role.KIOSK: frozenset({Right.FLOOR_SEE}),
}


# Long enough to set up a telephone's codes and a passkey in one visit; too short for a browser that was left open.
PROVEN_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person's login in a browser, and when they last gave their password or passkey in it."""

    id: UUID
    # None: opened by an organisation's provider, which may have asked nobody anything.
    proven_at: datetime | None

    def is_proven(self, now: datetime) -> bool:
        """Say whether the proof is recent enough to change the account."""
        return self.proven_at is not None and now - self.proven_at <= PROVEN_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """What a transaction may reach, and in whose name it writes. Made by a caller's checks, and by SYSTEM alone.

    `centres` are those whose every row is reached, `entered` those whose hall and calendar are, `companies` those
    whose own affairs are, wherever they are.
    """

    by: PersonId | None
    origin: str = ""
    centres: frozenset[CentreId] = frozenset()
    entered: frozenset[CentreId] = frozenset()
    companies: frozenset[CompanyId] = frozenset()
    is_everything: bool = False


#: The programs' own work, for all centres: metering, the clock's jobs, ingest, and finding out who somebody is.
SYSTEM = Permit(by=None, origin="system", is_everything=True)


def system_for(person_id: PersonId | None, origin: str) -> Permit:
    """Return the programs' own permit in the name of somebody who proved, or tries to prove, who they are."""
    return Permit(by=person_id, origin=origin, is_everything=True)


#: For what looks at no row: a lock, a clock.
NOWHERE = Permit(by=None, origin="system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A logged-in person: the companies they book for, what they are at which centre, whether they run everything.

    `only` are the rights that the token they came with was limited to; `origin` is where from. `session` is the login
    that they came with: None for a token, a program and the command line.
    """

    person_id: PersonId
    companies: frozenset[CompanyId] = frozenset()
    # Those of the companies whose people they may name.
    owns: frozenset[CompanyId] = frozenset()
    # Centres whose machines the person's companies may book.
    centres: frozenset[CentreId] = frozenset()
    staff: frozenset[tuple[CentreId, Role]] = frozenset()
    is_administrator: bool = False
    only: frozenset[Right] | None = None
    origin: str = ""
    session: Session | None = None

    @property
    def known(self) -> PersonId | None:
        """Who they are; None for the command line, which is nobody in particular."""
        return self.person_id if self.person_id.int else None

    @property
    def works_at(self) -> frozenset[CentreId]:
        """The centres where they are anything."""
        return frozenset(centre for centre, _ in self.staff)

    def roles_at(self, centre: CentreId) -> frozenset[Role]:
        """What they are at a centre."""
        return frozenset(role for where, role in self.staff if where == centre)

    def rights_at(self, centre: CentreId) -> frozenset[Right]:
        """Return what their roles at the centre let them do, within what their token is limited to."""
        held = (
            AT_CENTRES
            if self.is_administrator
            else frozenset().union(*(RIGHTS[role] for role in self.roles_at(centre)))
        )
        return held if self.only is None else held & self.only

    def may(self, centre: CentreId, right: Right, *others: Right) -> bool:
        """Whether one of their roles at the centre lets them do one of these."""
        return not self.rights_at(centre).isdisjoint((right, *others))

    def may_enter(self, centre: CentreId) -> bool:
        """Whether they may see the centre's machines and calendar."""
        return self.is_administrator or centre in self.centres or centre in self.works_at

    def may_see(self, centre: CentreId, company: CompanyId, right: Right, *others: Right) -> bool:
        """Whether they may see what the company does at the centre: their own, or by one of the rights."""
        return company in self.companies or self.may(centre, right, *others)

    def need(self, centre: CentreId, right: Right, *others: Right) -> Permit:
        """The centre's permit; Forbidden to an insider without one of the rights, NotFound to an outsider."""
        if self.may(centre, right, *others):
            return self._permit(centres=frozenset({centre}))
        raise Forbidden if self.may_enter(centre) else NotFound

    def need_administrator(self) -> Permit:
        """Everything's permit; Forbidden unless they run the installation."""
        if not self.is_administrator or self.only is not None:
            raise Forbidden
        return self._permit(is_everything=True)

    def need_giving(self, centre: CentreId, rights: Collection[Right]) -> None:
        """Raise Forbidden unless they have every right at the centre that they give to another."""
        if not self.rights_at(centre).issuperset(rights):
            raise Forbidden("Nobody gives a right that they do not have themselves")

    def need_whole(self) -> None:
        """Raise Forbidden for a token that is limited to some rights."""
        if self.only is not None:
            raise Forbidden("A token that is limited does not do this")

    def need_account(self) -> Permit:
        """Permit work on the caller's own account, in a session of theirs; SessionNeeded to tokens and programs."""
        if self.session is None or self.only is not None:
            raise SessionNeeded
        return self._permit(is_everything=True)

    def need_proven(self, now: datetime) -> Permit:
        """Permit changes to the caller's own account; ProofTooOld where the session was not proven of late."""
        permit = self.need_account()
        if self.session is None or not self.session.is_proven(now):
            raise ProofTooOld(minutes=int(PROVEN_FOR.total_seconds() // 60))
        return permit

    def need_entry(self, centre: CentreId) -> Permit:
        """The permit to the centre's hall and calendar; NotFound to those who have nothing to do with the centre."""
        if not self.may_enter(centre):
            raise NotFound
        return self._at(centre)

    def need_company(self, centre: CentreId, company: CompanyId, right: Right, *others: Right) -> Permit:
        """The permit to a company's affairs at the centre; NotFound to those who may not see them."""
        if not self.may_see(centre, company, right, *others):
            raise NotFound
        return self._at(centre)

    def reach(self) -> Permit:
        """The permit to whatever is theirs, where what is asked for must still be found."""
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
