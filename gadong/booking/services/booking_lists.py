"""Lists of bookings: those that the caller may see, in pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gadong.booking.domain.booking import Booking
from gadong.booking.domain.booking_filter import BookingFilter
from gadong.booking.services.shares import own_bookings
from gadong.booking.store import bookings
from gadong.core.database import Pool, Tx, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, CompanyId
from gadong.people.store import people


def page(
    pool: Pool,
    who: Caller,
    only: BookingFilter,
    *,
    before: UUID | None = None,
    most: int,
    with_shared: bool = False,
) -> list[Booking]:
    """Return a page of the bookings the caller may see, the latest made first.

    `with_shared` also those of other companies that the caller's companies have a part of.
    """
    with transaction(pool, who.reach()) as tx:
        shared = own_bookings.shared_with(tx, who) if with_shared else ()
        return bookings.page(
            tx, *_seen(tx, who), only=only, before=before, most=most, shared_ids=shared
        )


def page_by_start(
    pool: Pool,
    who: Caller,
    only: BookingFilter,
    *,
    after: tuple[datetime, UUID] | None,
    most: int,
    is_latest_first: bool = False,
    with_shared: bool = False,
) -> list[Booking]:
    """Return a page of the bookings the caller may see, ordered by their start.

    `with_shared` as in `page`.
    """
    with transaction(pool, who.reach()) as tx:
        return bookings.page_by_start(
            tx,
            *_seen(tx, who),
            only=only,
            after=after,
            most=most,
            is_latest_first=is_latest_first,
            shared_ids=own_bookings.shared_with(tx, who) if with_shared else (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedPage:
    """A page of a list by its number; one beyond the last is the last.

    `found` counts the bookings of the filter, `total` those of the filter without its text.
    """

    rows: list[Booking]
    number: int
    pages: int
    found: int
    total: int


def numbered_page(
    pool: Pool, who: Caller, only: BookingFilter, *, number: int, rows: int, is_latest_first: bool
) -> NumberedPage:
    """Return a page, by its number, of the bookings the caller may see, ordered by their start."""
    with transaction(pool, who.reach()) as tx:
        seen = _seen(tx, who)
        found = bookings.count(tx, *seen, only=only)
        pages = max(1, -(-found // rows))
        number = min(number, pages)
        return NumberedPage(
            rows=bookings.page_by_start(
                tx,
                *seen,
                only=only,
                after=None,
                most=rows,
                skipped=(number - 1) * rows,
                is_latest_first=is_latest_first,
            ),
            number=number,
            pages=pages,
            found=found,
            total=bookings.count(tx, *seen, only=replace(only, text="")) if only.text else found,
        )


def _seen(tx: Tx, who: Caller) -> tuple[set[CentreId], frozenset[CompanyId]]:
    return {c.id for c in people.centres(tx) if who.may(c.id, Right.DESK_SEE)}, who.companies
