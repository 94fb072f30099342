"""The firms for which a machine is kept: by their district, sector and size.

An unknown fact refuses as well, in words of its own:
docs/adr/0055-an-unknown-firm-is-not-eligible.md.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from gadong.booking.domain.booking_request import Facts, Wish
from gadong.booking.domain.rules.limits import Rules
from gadong.core.domain.problem import Problem
from gadong.people.domain.company_profile import CompanyProfile, lies_in, sector_names
from gadong.texts.company_profiles import FACTS

#: The codes of this module's refusals, which no other time of the machine would mend.
CODES = frozenset(
    {"booking.district", "booking.sector", "booking.workers", "booking.profile_unknown"}
)

Judgement = Callable[[Rules, CompanyProfile], Problem | None]


def from_the_districts(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require that the firm lies in one of the machine's districts."""
    return _judged(wish, facts, _district)


def of_the_sectors(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require that the firm is of one of the machine's sectors."""
    return _judged(wish, facts, _sector)


def small_enough(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require that the firm has no more regular workers than the machine's limit."""
    return _judged(wish, facts, _size)


def known_enough(wish: Wish, facts: Facts, now: datetime) -> Problem | None:
    """Require the facts of the firm on which the machine's other rules look."""
    return None if wish.is_extension else _unknown(facts.rules, facts.profile)


def unmet(rules: Rules, profile: CompanyProfile | None) -> list[Problem]:
    """Return every reason for which the machine is not kept for a firm."""
    judged = [judge(rules, profile) for judge in (_district, _sector, _size)] if profile else []
    return [problem for problem in (*judged, _unknown(rules, profile)) if problem]


def _judged(wish: Wish, facts: Facts, judge: Judgement) -> Problem | None:
    # A booking that runs on keeps the machine, whatever was set since it was made.
    if wish.is_extension or facts.profile is None:
        return None
    return judge(facts.rules, facts.profile)


def _district(rules: Rules, profile: CompanyProfile) -> Problem | None:
    areas = rules.eligible_districts
    if not areas or not profile.district:
        return None
    if any(lies_in(profile.district, area) for area in areas):
        return None
    return Problem(
        code="booking.district",
        limit=", ".join(areas),
        actual=profile.district,
        overridable_by="manager",
    )


def _sector(rules: Rules, profile: CompanyProfile) -> Problem | None:
    sectors = rules.eligible_sectors
    if not sectors or not profile.sector or profile.sector in sectors:
        return None
    return Problem(
        code="booking.sector",
        limit=", ".join(sectors),
        actual=profile.sector,
        overridable_by="manager",
    ).saying(names={code: sector_names(code) for code in (*sectors, profile.sector)})


def _size(rules: Rules, profile: CompanyProfile) -> Problem | None:
    most = rules.eligible_workers
    if most is None or profile.workers is None or profile.workers <= most:
        return None
    return Problem(
        code="booking.workers", limit=most, actual=profile.workers, overridable_by="manager"
    )


def _unknown(rules: Rules, profile: CompanyProfile | None) -> Problem | None:
    missing = [
        name
        for name, is_asked, value in (
            ("district", bool(rules.eligible_districts), profile.district if profile else ""),
            ("sector", bool(rules.eligible_sectors), profile.sector if profile else ""),
            (
                "workers",
                rules.eligible_workers is not None,
                profile.workers if profile else None,
            ),
        )
        if is_asked and value in {"", None}
    ]
    if not missing:
        return None
    return Problem(
        code="booking.profile_unknown", limit=", ".join(missing), overridable_by="manager"
    ).saying(names={name: FACTS[name] for name in missing})
