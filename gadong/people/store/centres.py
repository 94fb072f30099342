"""A centre's weeks of opening hours, its names, and its zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from psycopg import errors
from psycopg.types.json import Jsonb

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.calendar import OpeningHours, Week
from gadong.core.domain.ids import CentreId, PersonId, new_id
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Conflict
from gadong.core.store.queries import statements
from gadong.people.domain.centre import Centre
from gadong.people.domain.centre_contact import CentreContact

SQL = statements(__file__)

# Every centre is in Korea (services/holidays.py of billing keeps the days).
COUNTRY = "KR"
# Hours of the day before reach into a day, and zones differ by one.
AROUND = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A centre's name from a day on."""

    since: date
    name: str


def insert_hours(tx: Tx, centre_id: CentreId, hours: Sequence[OpeningHours]) -> None:
    """Add opening hours to the week with which a centre begins."""
    for entry in hours:
        run(
            tx,
            SQL["insert_hours"],
            centre_id=centre_id,
            weekday=entry.weekday,
            opens=entry.opens,
            closes=entry.closes,
        )


def insert_week(
    tx: Tx, centre_id: CentreId, week: Week, *, by: PersonId, recorded_at: datetime
) -> None:
    """Insert a week of opening hours from its day on."""
    hours = [
        {"weekday": h.weekday, "opens": h.opens.isoformat(), "closes": h.closes.isoformat()}
        for h in week.hours
    ]
    run(
        tx,
        SQL["insert_week"],
        id=new_id(),
        centre_id=centre_id,
        effective_from=week.since,
        hours=Jsonb(hours),
        set_by=by,
        recorded_at=recorded_at,
    )


def weeks(tx: Tx, centre_id: CentreId, *, recorded_before: datetime) -> list[Week]:
    """Return the centre's weeks in the order of their first days, as known before the instant."""
    rows = many(
        tx,
        SQL["weeks"],
        centre_id=centre_id,
        recorded_before=recorded_before,
        first=date.min,
    )
    return [
        Week(
            since=row["effective_from"],
            hours=tuple(
                OpeningHours(
                    weekday=h["weekday"],
                    opens=time.fromisoformat(h["opens"]),
                    closes=time.fromisoformat(h["closes"]),
                )
                for h in row["hours"]
            ),
        )
        for row in rows
    ]


def insert_name(
    tx: Tx, centre_id: CentreId, name: str, since: date, *, by: PersonId, recorded_at: datetime
) -> None:
    """Keep a name that holds from a day on."""
    run(
        tx,
        SQL["insert_name"],
        id=new_id(),
        centre_id=centre_id,
        effective_from=since,
        name=name,
        set_by=by,
        recorded_at=recorded_at,
    )


def names(tx: Tx, centre_id: CentreId) -> list[Named]:
    """Return the names that a centre was or will be given, in the order of their first days."""
    rows = many(tx, SQL["names"], centre_id=centre_id)
    return [Named(since=row["effective_from"], name=row["name"]) for row in rows]


def insert_contact(
    tx: Tx, centre_id: CentreId, contact: CentreContact, *, by: PersonId, recorded_at: datetime
) -> None:
    """Keep a centre's address and how its desk is reached, from now on."""
    run(
        tx,
        SQL["insert_contact"],
        id=new_id(),
        centre_id=centre_id,
        address=contact.address,
        phone=contact.phone,
        email=contact.email,
        directions=contact.directions,
        set_by=by,
        recorded_at=recorded_at,
    )


def contact(tx: Tx, centre_id: CentreId) -> CentreContact:
    """Return a centre's address and how its desk is reached; nothing where nobody said it."""
    row = one(tx, SQL["contact"], centre_id=centre_id)
    return CentreContact(**row) if row else CentreContact()


def set_zone(tx: Tx, centre_id: CentreId, zone: str) -> None:
    """Set a centre's clock; Conflict once a statement was issued by the old one."""
    try:
        with tx.transaction():
            run(tx, SQL["set_zone"], id=centre_id, zone=zone)
    except errors.RestrictViolation as trouble:
        raise Conflict(
            "The time zone stays as it is: a statement was issued by it", constraint="centres_zone"
        ) from trouble


def days_off(
    tx: Tx, centre: Centre, bounds: Period, *, recorded_before: datetime
) -> frozenset[date]:
    """Return a centre's holidays around the bounds, as known before the instant."""
    rows = many(
        tx,
        SQL["days_off"],
        centre_id=centre.id,
        country=COUNTRY,
        since=(bounds.start - AROUND).astimezone(centre.zone).date(),
        until=(bounds.end + AROUND).astimezone(centre.zone).date(),
        recorded_before=recorded_before,
    )
    return frozenset(row["day"] for row in rows)
