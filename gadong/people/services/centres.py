"""Changes of a centre: opening hours and name from a day on, zone, address and desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gadong.core.database import END_OF_TIME, Pool, Tx, alone_recorded, recorded_at, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.calendar import OpeningHours, Week, overlapping
from gadong.core.domain.ids import CentreId
from gadong.core.domain.name import need_name
from gadong.core.domain.problem import Invalid, NotFound
from gadong.people.domain.centre import Centre
from gadong.people.domain.centre_contact import CentreContact, need_contact
from gadong.people.store import centres, people
from gadong.people.store.centres import Named

# Nobody plans opening hours further ahead than rules (booking/services/rules/rulebook.py).
FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreHistory:
    """A centre as it is and will be: its weeks and names by their first days.

    `contact` is its present address and desk.
    """

    centre: Centre
    weeks: Sequence[Week]
    names: Sequence[Named]
    contact: CentreContact


def standing(pool: Pool, who: Caller, centre_id: CentreId) -> CentreHistory:
    """Return a centre's weeks and names, past and to come."""
    permit = who.need_entry(centre_id)
    with transaction(pool, permit) as tx:
        return CentreHistory(
            centre=_centre(tx, centre_id),
            weeks=centres.weeks(tx, centre_id, recorded_before=END_OF_TIME),
            names=centres.names(tx, centre_id),
            contact=centres.contact(tx, centre_id),
        )


def set_hours(
    pool: Pool,
    who: Caller,
    centre_id: CentreId,
    hours: Sequence[OpeningHours],
    *,
    since: date,
    now: datetime,
) -> None:
    """Give a centre another week from a day on, today at the earliest; no hours close it."""
    permit = who.need(centre_id, Right.RULES_WORK)
    need_apart(hours)
    with transaction(pool, permit) as tx:
        _need_ahead(_centre(tx, centre_id), since, now)
        week = Week(since=since, hours=tuple(hours))
        at = recorded_at(tx, centre_id)
        centres.insert_week(tx, centre_id, week, by=who.person_id, recorded_at=at)


def rename(
    pool: Pool, who: Caller, centre_id: CentreId, name: str, *, since: date, now: datetime
) -> None:
    """Give a centre another name from a day on, today at the earliest."""
    permit = who.need(centre_id, Right.RULES_WORK)
    with transaction(pool, permit) as tx:
        _need_ahead(_centre(tx, centre_id), since, now)
        at = recorded_at(tx, centre_id)
        centres.insert_name(tx, centre_id, need_name(name), since, by=who.person_id, recorded_at=at)


def set_contact(pool: Pool, who: Caller, centre_id: CentreId, contact: CentreContact) -> None:
    """Give a centre another address and other ways to reach its desk; Invalid names the field."""
    permit = who.need(centre_id, Right.RULES_WORK)
    kept = need_contact(contact)
    with transaction(pool, permit) as tx:
        _centre(tx, centre_id)
        at = recorded_at(tx, centre_id)
        centres.insert_contact(tx, centre_id, kept, by=who.person_id, recorded_at=at)


def set_zone(pool: Pool, who: Caller, centre_id: CentreId, zone: str) -> None:
    """Set a centre's clock, as long as no statement was issued by the old one."""
    permit = who.need(centre_id, Right.RULES_WORK)
    need_zone(zone)
    with transaction(pool, permit) as tx:
        _centre(tx, centre_id)
        # Issuing a statement shares this lock until the commit.
        alone_recorded(tx, centre_id)
        centres.set_zone(tx, centre_id, zone)


def need_apart(hours: Sequence[OpeningHours]) -> None:
    """Raise Invalid, naming both, where two entries of a week overlap."""
    if pair := overlapping(hours):
        raise Invalid(f"Opening hours overlap: {pair[0]} and {pair[1]}", field="hours")


def need_zone(zone: str) -> None:
    """Raise Invalid for what names no time zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as trouble:
        raise Invalid(f"There is no time zone {zone}", field="zone") from trouble


def _need_ahead(centre: Centre, since: date, now: datetime) -> None:
    today = now.astimezone(centre.zone).date()
    if not today <= since <= today + FURTHEST:
        raise Invalid(
            "A centre changes from today on, or from a day of the next five years", field="since"
        )


def _centre(tx: Tx, centre_id: CentreId) -> Centre:
    found = people.centre(tx, centre_id)
    if found is None:
        raise NotFound
    return found
