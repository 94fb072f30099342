"""Records of bookings: write a booking after an action, settle its offer, and notify its people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from gadong.booking.domain.booking import Action, Booking
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.waiting_entry import Waiting, WaitingState
from gadong.booking.services.equipment import holding
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.staff import assistance
from gadong.booking.store import bookings, equipment, waiting_list
from gadong.core.database import Tx, recorded_at
from gadong.core.domain.access import Caller
from gadong.core.domain.clock import write_instant
from gadong.core.store import outbox
from gadong.machines.domain.machine import Machine


def keep(
    tx: Tx,
    machine: Machine,
    booking: Booking,
    action: Action,
    *,
    who: Caller | None = None,
    reason: str = "",
    left_at: datetime | None = None,
) -> Booking:
    """Write a booking after an action, held by the rules of its own start.

    `who` is None where facts decide, and nobody acts. `left_at` is when a move left its
    time later than cancelling was free.
    """
    rules = rules_of(tx, machine, booking)
    write = partial(
        bookings.update,
        tx,
        booking,
        rules,
        action,
        by=who.person_id if who else None,
        reason=reason,
        recorded_at=recorded_at(tx, booking.centre_id),
        left_at=left_at,
    )
    if action in assistance.CHANGING:
        present, units = assistance.release(tx, booking), equipment.release(tx, booking.id)
        write()
        assistance.hold(tx, machine, booking, present=present)
        holding.hold(tx, machine, booking, present=units)
    else:
        write()
    return booking


def rules_of(tx: Tx, machine: Machine, booking: Booking) -> Rules:
    """Return the rules that a booking stands under: those of its company at its start."""
    at = booking.period.start
    return book(tx, booking.centre_id, booking.company_id, at=at).rules(machine, at)


def settle_offer(tx: Tx, booking: Booking, *, now: datetime) -> None:
    """Write what became of a booking to the waiting list entry that it was offered to, if there is
    one.
    """
    entry = waiting_list.of_offer(tx, booking.id)
    if entry is None:
        return
    after = entry.after_offer(booking.state, now)
    if after != entry:
        waiting_list.settle(tx, after)
        if after.state is WaitingState.PASSED:
            tell_of_wait(tx, after)


def tell_of_wait(tx: Tx, entry: Waiting) -> None:
    """Notify a person that their entry ended without an offer."""
    outbox.add(
        tx,
        entry.centre_id,
        "waiting.passed" if entry.state is WaitingState.PASSED else "waiting.over",
        person=str(entry.person_id),
        company=str(entry.company_id),
        machine=str(entry.machine_id),
        start=write_instant(entry.period.start),
        end=write_instant(entry.period.end),
    )


def tell(tx: Tx, booking: Booking, kind: str, **more: str) -> None:
    """Write the letter that tells of it, in the same transaction.

    `to="managers"` for those instead of the holder.
    """
    outbox.add(
        tx,
        booking.centre_id,
        kind,
        **{
            "booking": str(booking.id),
            "person": str(booking.person_id),
            "company": str(booking.company_id),
            "machine": str(booking.machine_id),
            "start": write_instant(booking.period.start),
            "end": write_instant(booking.period.end),
            **more,
        },
    )


def tell_people(
    tx: Tx, alike: Sequence[Booking], kind: str, *, also: Sequence[Booking] = ()
) -> None:
    """Write one notice of several bookings to each of their persons, naming all that are theirs.

    Those in `also` are named with them.
    """
    for person in dict.fromkeys(b.person_id for b in alike):
        own = [b for b in alike if b.person_id == person]
        named = [*own, *(b for b in also if b.person_id == person)]
        tell(tx, own[0], kind, **together_with(named))


def together_with(made: Sequence[Booking]) -> dict[str, str]:
    """Return what a letter says of several bookings: their ids; nothing for one."""
    return {"bookings": ",".join(str(b.id) for b in made)} if len(made) > 1 else {}
