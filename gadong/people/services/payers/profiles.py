"""Profiles of companies: entered by the firm or by staff with its consent, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gadong.core.database import Pool, recorded_at, transaction
from gadong.core.domain.access import Caller, Permit, Right
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.core.domain.problem import Forbidden, Invalid, NotFound
from gadong.people.domain.company_profile import (
    CompanyProfile,
    CompanyProfiles,
    ProfileConsent,
    need_profile,
)
from gadong.people.services.customers import need_served
from gadong.people.store import people
from gadong.people.store.payers import profiles


def of_company(pool: Pool, who: Caller, centre: CentreId, company: CompanyId) -> CompanyProfiles:
    """Return a company's profiles at a centre, the latest first; for itself and the managers."""
    permit = who.need_company(centre, company, Right.PEOPLE_SEE)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        return profiles.of_company(tx, centre, company)


def enter(
    pool: Pool,
    who: Caller,
    centre: CentreId,
    company: CompanyId,
    profile: CompanyProfile,
    *,
    now: datetime,
) -> CompanyProfile:
    """Add an entry to a company's profile; for its owners, and for managers with its consent.

    An owner's entry is the consent itself, so that `profile.consent` counts for staff alone.
    """
    permit = _need_keeper(who, centre, company)
    is_owner = company in who.owns
    if not is_owner and profile.consent is ProfileConsent.PAGE:
        raise Invalid("Say how the firm agreed: on paper or by telephone", field="consent")
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        place = people.centre(tx, centre)
        if place is None:
            raise NotFound
        entry = need_profile(
            replace(profile, consent=ProfileConsent.PAGE) if is_owner else profile,
            today=now.astimezone(place.zone).date(),
        )
        profiles.insert(
            tx, centre, company, entry, by=who.known, recorded_at=recorded_at(tx, centre)
        )
        return entry


def withdraw(pool: Pool, who: Caller, centre: CentreId, company: CompanyId) -> None:
    """Delete everything that a company said of itself at a centre, as it takes its consent back."""
    permit = _need_keeper(who, centre, company)
    with transaction(pool, permit) as tx:
        need_served(tx, centre, company)
        profiles.delete(tx, centre, company)


def _need_keeper(who: Caller, centre: CentreId, company: CompanyId) -> Permit:
    """Return the permit to write a company's profile; raise Forbidden to its other people."""
    permit = who.need_company(centre, company, Right.PEOPLE_WORK)
    if company not in who.owns and not who.may(centre, Right.PEOPLE_WORK):
        raise Forbidden("A firm's owner or the centre's managers enter its profile")
    return permit
