"""The profile of a firm at a centre (실태조사): its place, sector, size and trade, as dated facts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gadong.core.domain.name import folded
from gadong.core.domain.problem import Invalid
from gadong.people.domain.resident_number import need_no_resident_number
from gadong.texts.company_profiles import SECTORS

#: A division of the Korean standard industrial classification (한국표준산업분류 중분류).
SECTOR = re.compile(r"[0-9]{2}")
# A district or a cluster fits on one line of a page.
LONGEST = 100
# Far above any firm that a centre for small manufacturers serves; a larger figure is a slip.
MOST = 100_000


class ProfileConsent(StrEnum):
    """The way in which a firm agreed that the centre keeps its profile."""

    PAGE = "page"  # it entered the profile itself
    PAPER = "paper"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyProfile:
    """The facts of a firm from a day on. An empty text or None is unknown.

    `district` is the place in words from the province down (경기도 화성시 봉담읍). `sector` is a division of
    the standard industrial classification (25). `workers` counts the regular workers, `cluster` is
    the 집적지, and `partners` is the number of firms that the firm works with.
    """

    since: date
    district: str = ""
    sector: str = ""
    workers: int | None = None
    cluster: str = ""
    exports: bool | None = None
    partners: int | None = None
    consent: ProfileConsent = ProfileConsent.PAGE


@dataclass(frozen=True, slots=True)
class CompanyProfiles:
    """The entries of a firm at a centre, the latest first: by their day, then by their record."""

    entries: tuple[CompanyProfile, ...] = ()

    def on(self, day: date) -> CompanyProfile | None:
        """Return the facts in force on a day; None where nothing was said by then."""
        return next((entry for entry in self.entries if entry.since <= day), None)


NO_PROFILES = CompanyProfiles()


def need_profile(profile: CompanyProfile, *, today: date) -> CompanyProfile:
    """Return the profile in its one form; raise Invalid for what no firm could be."""
    if profile.since > today:
        raise Invalid("A profile says what is so already, not on a later day", field="since")
    texts = {name: folded(getattr(profile, name)) for name in ("district", "cluster")}
    for name, text in texts.items():
        if len(text) > LONGEST or not text.isprintable():
            raise Invalid("It has at most 100 printable characters", field=name, limit=LONGEST)
        need_no_resident_number(text, field=name)
    if profile.sector and not SECTOR.fullmatch(profile.sector):
        raise Invalid("A sector is two digits, as 25 of the classification", field="sector")
    counts: Mapping[str, int | None] = {"workers": profile.workers, "partners": profile.partners}
    for name, count in counts.items():
        if count is not None and not 0 <= count <= MOST:
            raise Invalid("It is a number from 0 to 100,000", field=name, limit=MOST)
    facts = (*texts.values(), profile.sector, profile.workers, profile.exports, profile.partners)
    if all(fact in {"", None} for fact in facts):
        raise Invalid("Say at least one thing of the firm", field="district")
    return CompanyProfile(
        since=profile.since,
        district=texts["district"],
        sector=profile.sector,
        workers=profile.workers,
        cluster=texts["cluster"],
        exports=profile.exports,
        partners=profile.partners,
        consent=profile.consent,
    )


def lies_in(district: str, area: str) -> bool:
    """Return whether a district lies in an area, by whole words one after another.

    경기도 화성시 봉담읍 lies in 화성시 and in 경기도 화성시, not in 화성.
    """
    words, wanted = folded(district).split(), folded(area).split()
    ends = range(len(wanted), len(words) + 1)
    return bool(wanted) and any(words[end - len(wanted) : end] == wanted for end in ends)


def sector_names(sector: str) -> tuple[str, str]:
    """Return a sector's name in Korean and in English; one without a name is its number."""
    return SECTORS.get(sector, (sector, sector))
