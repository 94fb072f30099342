"""Profiles of companies at centres."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gadong.core.database import Tx, many, run
from gadong.core.domain.ids import CentreId, CompanyId, PersonId, new_id
from gadong.core.store.queries import statements
from gadong.people.domain.company_profile import CompanyProfile, CompanyProfiles, ProfileConsent

SQL = statements(__file__)


def insert(
    tx: Tx,
    centre_id: CentreId,
    company_id: CompanyId,
    profile: CompanyProfile,
    *,
    by: PersonId | None,
    recorded_at: datetime,
) -> None:
    """Insert an entry of a company's profile; the latest of a day counts."""
    run(
        tx,
        SQL["insert"],
        id=new_id(),
        centre_id=centre_id,
        company_id=company_id,
        since=profile.since,
        district=profile.district,
        sector=profile.sector,
        workers=profile.workers,
        cluster=profile.cluster,
        exports=profile.exports,
        partners=profile.partners,
        consent=profile.consent,
        set_by=by,
        recorded_at=recorded_at,
    )


def of_companies(
    tx: Tx, centre_id: CentreId, company_ids: Iterable[CompanyId]
) -> dict[CompanyId, CompanyProfiles]:
    """Return the profiles of the companies; a company of which nothing was said is left out."""
    rows = many(tx, SQL["of_companies"], centre_id=centre_id, companies=list(company_ids))
    said: dict[CompanyId, list[CompanyProfile]] = {}
    for row in rows:
        entry = CompanyProfile(
            since=row["since"],
            district=row["district"],
            sector=row["sector"],
            workers=row["workers"],
            cluster=row["cluster"],
            exports=row["exports"],
            partners=row["partners"],
            consent=ProfileConsent(row["consent"]),
        )
        said.setdefault(row["company_id"], []).append(entry)
    return {company: CompanyProfiles(tuple(entries)) for company, entries in said.items()}


def of_company(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> CompanyProfiles:
    """Return a company's profiles at a centre."""
    return of_companies(tx, centre_id, [company_id]).get(company_id, CompanyProfiles())


def delete(tx: Tx, centre_id: CentreId, company_id: CompanyId) -> int:
    """Delete everything that a company said of itself at a centre; return the number of entries."""
    return run(tx, SQL["delete"], centre_id=centre_id, company_id=company_id)


def forget_old(tx: Tx) -> int:
    """Delete entries of which a later one has held for five years; return their number."""
    return run(tx, SQL["forget_old"])
