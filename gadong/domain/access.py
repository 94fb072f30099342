"""Who is asking, and what they may do. Every service takes the caller's context."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.domain.ids import CentreId, CompanyId, PersonId
from gadong.domain.problem import Forbidden, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A logged-in person: the companies they book for, the centres they run, and whether they run everything."""

    person_id: PersonId
    companies: frozenset[CompanyId] = frozenset()
    # Centres whose machines the person's companies may book.
    centres: frozenset[CentreId] = frozenset()
    manages: frozenset[CentreId] = frozenset()
    is_administrator: bool = False

    def may_manage(self, centre: CentreId) -> bool:
        """Whether they are a manager of the centre."""
        return self.is_administrator or centre in self.manages

    def may_enter(self, centre: CentreId) -> bool:
        """Whether they may see the centre's machines and calendar."""
        return self.may_manage(centre) or centre in self.centres

    def may_see(self, centre: CentreId, company: CompanyId) -> bool:
        """Whether they may see what the company does at the centre."""
        return self.may_manage(centre) or company in self.companies

    def need_manager(self, centre: CentreId) -> None:
        """Raise NotFound to an outsider and Forbidden to an insider who is no manager."""
        if self.may_manage(centre):
            return
        raise Forbidden if centre in self.centres else NotFound

    def need_administrator(self) -> None:
        """Raise Forbidden unless they run the installation."""
        if not self.is_administrator:
            raise Forbidden

    def need_entry(self, centre: CentreId) -> None:
        """Raise NotFound to those who have nothing to do with the centre."""
        if not self.may_enter(centre):
            raise NotFound

    def need_company(self, centre: CentreId, company: CompanyId) -> None:
        """Raise NotFound to those who may not see the company's affairs at the centre."""
        if not self.may_see(centre, company):
            raise NotFound
