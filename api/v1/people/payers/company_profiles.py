"""Endpoints of firms' profiles (실태조사): dated facts, and taking the consent back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.identity import Connections, Who
from api.v1 import paging
from api.v1.schemas import In, Whole
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.people.domain.company_profile import CompanyProfile, ProfileConsent
from gadong.people.services.payers import profiles

router = APIRouter(tags=["people"])


class ProfileIO(In):
    """The facts of a firm from a day on. An empty text or null is unknown."""

    since: date = Field(examples=["2026-01-01"])
    district: str = Field(
        default="",
        max_length=100,
        examples=["경기도 화성시 봉담읍"],
        description="In words from the province down.",
    )
    sector: str = Field(
        default="",
        max_length=2,
        examples=["25"],
        description="A division of the Korean standard industrial classification, two digits.",
    )
    workers: Whole | None = Field(default=None, ge=0, le=100_000, description="Regular workers.")
    cluster: str = Field(default="", max_length=100, description="집적지.", examples=["문래"])
    exports: bool | None = None
    partners: Whole | None = Field(
        default=None, ge=0, le=100_000, description="The number of firms that it works with."
    )
    consent: ProfileConsent = Field(
        default=ProfileConsent.PAGE,
        description="How the firm agreed, where staff enter it: paper or telephone. An owner's "
        "own entry is always `page`.",
    )


@router.get("/centres/{centre}/companies/{company}/profiles")
def list_profiles(
    centre: UUID, company: UUID, who: Who, pool: Connections
) -> paging.Page[ProfileIO]:
    """List a company's profiles at a centre, the latest first; for itself and the managers."""
    found = profiles.of_company(pool, who, CentreId(centre), CompanyId(company))
    return paging.whole([_told(entry) for entry in found.entries])


@router.post("/centres/{centre}/companies/{company}/profiles", status_code=201)
def enter_profile(
    centre: UUID, company: UUID, body: ProfileIO, who: Who, pool: Connections
) -> ProfileIO:
    """Say what a company is from a day on; for its owners, and for managers with its consent.

    The latest word about a day counts.
    """
    entry = profiles.enter(
        pool,
        who,
        CentreId(centre),
        CompanyId(company),
        CompanyProfile(**body.model_dump()),
        now=datetime.now(UTC),
    )
    return _told(entry)


@router.delete("/centres/{centre}/companies/{company}/profiles", status_code=204)
def delete_profiles(centre: UUID, company: UUID, who: Who, pool: Connections) -> None:
    """Delete all profiles of a company at a centre, as it takes its consent back."""
    profiles.withdraw(pool, who, CentreId(centre), CompanyId(company))


def _told(entry: CompanyProfile) -> ProfileIO:
    return ProfileIO(**asdict(entry))
