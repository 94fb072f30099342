"""The yearly survey of a centre's firms (실태조사): how many of each size, sector and place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gadong.people.domain.company_profile import CompanyProfile

#: Classes of size by the least number of regular workers, as public statistics of manufacturers
#: have them; a small manufacturer (소공인) has fewer than ten.
SIZES = ((50, "50+"), (10, "10-49"), (5, "5-9"), (1, "1-4"), (0, "0"))
#: A district is counted by its province and its city or county.
DISTRICT_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyGroup:
    """Firms that are alike in one fact, and the regular workers that are known of them.

    An empty `key` is of firms of which the fact is unknown.
    """

    key: str
    firms: int
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The firms of a centre on a day. `answered` are those of which anything is known.

    `workers` and `partners` are sums of what is known. Each list of groups adds up to `firms`.
    """

    day: date
    firms: int
    answered: int
    workers: int
    partners: int
    sizes: tuple[SurveyGroup, ...]
    sectors: tuple[SurveyGroup, ...]
    districts: tuple[SurveyGroup, ...]
    clusters: tuple[SurveyGroup, ...]
    exports: tuple[SurveyGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySnapshot:
    """A survey of a year as it was at an instant."""

    year: int
    survey: Survey
    taken_at: datetime


def survey(day: date, profiles: Sequence[CompanyProfile | None]) -> Survey:
    """Return the survey of firms by their profiles on the day; None is a firm without one."""
    known = [profile for profile in profiles if profile]
    return Survey(
        day=day,
        firms=len(profiles),
        answered=len(known),
        workers=sum(profile.workers or 0 for profile in known),
        partners=sum(profile.partners or 0 for profile in known),
        sizes=_groups(profiles, _size),
        sectors=_groups(profiles, lambda profile: profile.sector),
        districts=_groups(profiles, _district),
        clusters=_groups(profiles, lambda profile: profile.cluster),
        exports=_groups(profiles, _exports),
    )


def _groups(
    profiles: Sequence[CompanyProfile | None], key_of: Callable[[CompanyProfile], str]
) -> tuple[SurveyGroup, ...]:
    """Count firms by a fact: the largest group first, alike ones by name, the unknown last."""
    found: dict[str, tuple[int, int]] = {}
    for profile in profiles:
        key = key_of(profile) if profile else ""
        firms, workers = found.get(key, (0, 0))
        found[key] = firms + 1, workers + ((profile.workers if profile else None) or 0)
    groups = (
        SurveyGroup(key=key, firms=firms, workers=workers)
        for key, (firms, workers) in found.items()
    )
    return tuple(sorted(groups, key=lambda group: (group.key == "", -group.firms, group.key)))


def _size(profile: CompanyProfile) -> str:
    workers = profile.workers
    if workers is None:
        return ""
    return next(name for least, name in SIZES if workers >= least)


def _district(profile: CompanyProfile) -> str:
    return " ".join(profile.district.split()[:DISTRICT_WORDS])


def _exports(profile: CompanyProfile) -> str:
    return {None: "", True: "yes", False: "no"}[profile.exports]
