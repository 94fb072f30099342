"""The yearly survey of a centre's firms: its figures, its table of firms, and kept snapshots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import Invalid
from gadong.people.domain.company_category import category_names
from gadong.people.domain.company_profile import CompanyProfile, sector_names
from gadong.people.store import company_categories, people
from gadong.people.store.payers import profiles
from gadong.reports.domain.survey import Survey, SurveyGroup, SurveySnapshot, survey
from gadong.reports.services.logbooks import need_centre
from gadong.reports.services.report_files import Cell, Sheet
from gadong.reports.store import survey_snapshots
from gadong.texts.company_profiles import CONSENTS, EXPORTS
from gadong.texts.reports import SURVEY, SURVEY_FIRMS, SURVEY_GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedFirm:
    """A firm that the centre served by the survey's day, with its profile then."""

    name: str
    category: str
    profile: CompanyProfile | None


def of_year(pool: Pool, who: Caller, centre: CentreId, year: int, *, now: datetime) -> Survey:
    """Return the survey of a year's last day, or of today while the year runs."""
    permit = who.need(centre, Right.REPORT_SEE)
    with transaction(pool, permit) as tx:
        day, firms = _firms(tx, centre, year, now)
        return survey(day, [firm.profile for firm in firms])


def take_snapshot(
    pool: Pool, who: Caller, centre: CentreId, year: int, *, now: datetime
) -> SurveySnapshot:
    """Keep the survey of a year as it is now: sums, without any firm's name. For managers."""
    permit = who.need(centre, Right.PEOPLE_WORK)
    with transaction(pool, permit) as tx:
        day, firms = _firms(tx, centre, year, now)
        found = survey(day, [firm.profile for firm in firms])
        at = recorded_at(tx, centre)
        survey_snapshots.insert(tx, centre, year, found, by=who.person_id, recorded_at=at)
        return SurveySnapshot(year=year, survey=found, taken_at=at)


def snapshots(pool: Pool, who: Caller, centre: CentreId) -> list[SurveySnapshot]:
    """Return the kept surveys, the latest first."""
    permit = who.need(centre, Right.REPORT_SEE)
    with transaction(pool, permit) as tx:
        return survey_snapshots.of_centre(tx, centre)


def sheets(pool: Pool, who: Caller, centre: CentreId, year: int, *, now: datetime) -> list[Sheet]:
    """Return the tables of a year: the firms by name, and the sums. For who sees firms' people."""
    permit = who.need(centre, Right.PEOPLE_SEE)
    with transaction(pool, permit) as tx:
        day, firms = _firms(tx, centre, year, now)
    found = survey(day, [firm.profile for firm in firms])
    return [
        (SURVEY["firms"].ko, [[text.ko for text in SURVEY_FIRMS], *map(_row, firms)]),
        (SURVEY["sums"].ko, _sums(found)),
    ]


def _firms(
    tx: Tx, centre: CentreId, year: int, now: datetime
) -> tuple[date, Sequence[SurveyedFirm]]:
    """Return the survey's day and the firms that the centre served by then, by name."""
    today = now.astimezone(need_centre(tx, centre).zone).date()
    if year > today.year:
        raise Invalid("The survey of a year begins with the year", field="year", limit=today.year)
    day = min(today, date(year, 12, 31))
    served = people.companies(tx, centre)
    ids = [company.id for company in served]
    said = company_categories.of_companies(tx, centre, ids, recorded_before=END_OF_TIME)
    known = profiles.of_companies(tx, centre, ids)
    found = [
        SurveyedFirm(
            name=company.name,
            category=said[company.id].on(day) or "",
            profile=known[company.id].on(day) if company.id in known else None,
        )
        for company in served
        if company.id in said and any(word.since <= day for word in said[company.id].words)
    ]
    return day, sorted(found, key=lambda firm: firm.name)


def _row(firm: SurveyedFirm) -> list[Cell]:
    of = firm.profile
    head: list[Cell] = [firm.name, category_names(firm.category)[0] if firm.category else ""]
    if of is None:
        return [*head, *[None] * (len(SURVEY_FIRMS) - len(head))]
    exports = "" if of.exports is None else EXPORTS["yes" if of.exports else "no"].ko
    return [
        *head,
        of.district,
        of.sector,
        sector_names(of.sector)[0] if of.sector else "",
        of.workers,
        of.cluster,
        exports,
        of.partners,
        str(of.since),
        CONSENTS[of.consent].ko,
    ]


def _sums(found: Survey) -> list[list[Cell]]:
    """Return the sums as rows: what is counted, the value, firms and regular workers."""
    head: list[Cell] = [SURVEY[key].ko for key in ("fact", "value", "number", "workers")]
    whole: list[Cell] = [SURVEY["all"].ko, str(found.day), found.firms, found.workers]
    answered: list[Cell] = [SURVEY["answered"].ko, "", found.answered, None]
    partners: list[Cell] = [SURVEY["partners"].ko, "", found.partners, None]
    rows: list[list[Cell]] = [head, whole, answered, partners]
    for name, text in SURVEY_GROUPS.items():
        groups: Sequence[SurveyGroup] = getattr(found, name)
        rows += [[text.ko, label(name, g.key)[0], g.firms, g.workers] for g in groups]
    return rows


def label(name: str, key: str) -> tuple[str, str]:
    """Return the Korean and the English name of a group's key."""
    if not key:
        return SURVEY["unknown"]
    if name == "sectors":
        return sector_names(key)
    if name == "exports":
        return EXPORTS[key]
    if name == "sizes":
        return SURVEY["size"].filled(size=key)
    return key, key
