"""Shares of a booking's cost: the booker asks, and each company answers for itself (ADR 50)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gadong.booking.domain.booking import Booking, Part
from gadong.booking.domain.cost_shares import (
    MOST_COMPANIES,
    MOST_PARTS,
    AskedShare,
    ShareAct,
    ShareRequest,
    ShareState,
    fixed_at,
)
from gadong.booking.services.booking_steps import Hand
from gadong.booking.services.evaluation import PATIENCE
from gadong.booking.services.shares.shared_booking import SharedBooking
from gadong.booking.store import bookings, cost_shares
from gadong.core.database import END_OF_TIME, Pool, Tx, recorded_at, retried, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import BookingId, CompanyId, new_id
from gadong.core.domain.problem import Changed, Forbidden, NotFound, Problem, Refused
from gadong.core.store import outbox
from gadong.machines.store import machines
from gadong.people.services import password_attempts
from gadong.people.store import people

# Five bookings with eight companies each; more would be mail that nobody wants, or guesses at the
# numbers of the centre's other companies.
MOST_NAMED, NAMED_WITHIN = 40, timedelta(hours=1)
#: The answers that a state allows. An answer may change until the parts are fixed.
ALLOWED = {
    ShareState.ASKED: frozenset({ShareAct.CONSENT, ShareAct.REFUSE}),
    ShareState.CONSENTED: frozenset({ShareAct.WITHDRAW}),
    ShareState.REFUSED: frozenset({ShareAct.CONSENT}),
    ShareState.WITHDRAWN: frozenset({ShareAct.CONSENT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCompany:
    """A company that is asked for a part: by its id, or by its business registration number."""

    parts: int
    company: CompanyId | None = None
    registration_number: str = ""


def find(pool: Pool, who: Caller, booking_id: BookingId, *, now: datetime) -> SharedBooking:
    """Return who shares a booking's cost; for its companies, and for the centre's staff."""
    with transaction(pool, who.reach()) as tx:
        booking = bookings.by_id(tx, booking_id)
        if booking is None:
            raise NotFound
        found = _read(tx, booking, now)
        if not _may_see(who, found):
            raise NotFound
        return found


def of_callers(pool: Pool, who: Caller, *, now: datetime) -> list[SharedBooking]:
    """Return the bookings to come whose cost one of the caller's companies was asked to share, the
    next one first.
    """
    with transaction(pool, who.reach()) as tx:
        ids = cost_shares.asked_of(tx, who.companies, now=now)
        found = [_read(tx, b, now) for one in ids if (b := bookings.by_id(tx, one))]
    return sorted(
        (f for f in found if not f.is_fixed and _asked(who, f)),
        key=lambda f: (f.booking.period.start, f.booking.id),
    )


def ask(
    pool: Pool,
    hand: Hand,
    asked: Sequence[AskedCompany],
    *,
    booker_parts: int,
    now: datetime,
) -> SharedBooking:
    """Ask other companies to share a booking's cost, in place of what was asked before.

    For the company that booked. Nobody pays anything before it consents. Each company that is
    named counts towards MOST_NAMED, also where the centre serves none such (ADR 60).
    """
    with transaction(pool, SYSTEM) as tx:
        subject = f"shares of {hand.who.person_id}"
        password_attempts.count_requests(
            tx, subject, most=MOST_NAMED, within=NAMED_WITHIN, number=len(asked)
        )
    return _ask(pool, hand, asked, booker_parts, now)


@retried
def _ask(
    pool: Pool, hand: Hand, asked: Sequence[AskedCompany], booker_parts: int, now: datetime
) -> SharedBooking:
    with transaction(pool, hand.who.reach()) as tx:
        before = _locked(tx, hand, now)
        booking = before.booking
        shares = [Part(company_id=_company(tx, booking, a), parts=a.parts) for a in asked]
        named = {share.company_id for share in shares}
        if not 1 <= len(shares) <= MOST_COMPANIES or len(named) < len(shares):
            raise Refused([Problem(code="booking.shares_companies", limit=MOST_COMPANIES)])
        if booking.company_id in named:
            raise Refused([Problem(code="booking.shares_own")])
        request = ShareRequest(
            booking_id=booking.id,
            version=before.request.version + 1 if before.request else 1,
            booker_id=booking.company_id,
            booker_parts=booker_parts,
            shares=tuple(
                AskedShare(id=new_id(), company_id=share.company_id, parts=share.parts)
                for share in shares
            ),
            machine_id=booking.machine_id,
            period=booking.period,
            usage_mode=booking.usage_mode,
            asked_by=hand.who.known,
            asked_at=_instant(tx, booking),
        )
        cost_shares.insert(tx, booking.centre_id, request)
        for share in request.shares:
            _tell(tx, booking, "booking.share_asked", share.company_id)
        return _read(tx, booking, now)


def ask_again(tx: Tx, who: Caller, before: Booking, made: Booking) -> None:
    """Ask the companies that shared a booking's cost for the same parts of the one in its place.

    Whoever refused or withdrew, or is asked no more, is not asked again. Where the caller is not of
    the company that booked, it stays the request of the person who asked before.
    """
    requests = cost_shares.of_bookings(tx, [before.id], recorded_before=END_OF_TIME)
    last = max(requests.get(before.id, []), key=lambda r: r.version, default=None)
    if last is None or not last.is_about(before):
        return
    fixed = before.period.start
    again = tuple(
        AskedShare(id=new_id(), company_id=share.company_id, parts=share.parts)
        for share in last.shares
        if share.state(fixed) in {ShareState.ASKED, ShareState.CONSENTED}
        and cost_shares.is_served(tx, made.centre_id, share.company_id)
    )
    if not again:
        return
    gone = sum(s.parts for s in last.shares) - sum(s.parts for s in again)
    request = replace(
        last,
        booking_id=made.id,
        version=1,
        # The booker keeps the parts of the others. Past the most, companies see what they pay.
        booker_parts=min(last.booker_parts + gone, MOST_PARTS),
        shares=again,
        machine_id=made.machine_id,
        asked_by=who.known if made.company_id in who.companies else last.asked_by,
        asked_at=_instant(tx, made),
    )
    cost_shares.insert(tx, made.centre_id, request)
    for share in again:
        _tell(tx, made, "booking.share_asked", share.company_id)


@retried
def take_back(pool: Pool, hand: Hand, *, now: datetime) -> SharedBooking:
    """Take back what was asked: the booker pays it all. For the company that booked."""
    with transaction(pool, hand.who.reach()) as tx:
        before = _locked(tx, hand, now)
        if before.request is None:
            raise Refused([Problem(code="booking.share_of_others")])
        at = _instant(tx, before.booking)
        for share in before.request.shares:
            if before.state(share) is not ShareState.TAKEN_BACK:
                _keep(tx, before.request, share, ShareAct.TAKE_BACK, hand.who, before.booking, at)
                _tell(tx, before.booking, "booking.share_taken_back", share.company_id)
        return _read(tx, before.booking, now)


@retried
def answer(
    pool: Pool,
    who: Caller,
    booking_id: BookingId,
    given: ShareAct,
    *,
    company: CompanyId | None = None,
    version: int,
    now: datetime,
) -> SharedBooking:
    """ShareAct a request for a share, for a company of the caller's.

    `version` is that of the request that was looked at; Changed where there is a later one.
    """
    if given is ShareAct.TAKE_BACK:
        raise Forbidden
    with transaction(pool, who.reach()) as tx:
        booking = bookings.by_id(tx, booking_id)
        if booking is None or not _may_see(who, _read(tx, booking, now)):
            raise NotFound
        machines.lock(tx, [booking.machine_id], patience=PATIENCE)
        found = _read(tx, bookings.locked(tx, booking_id) or booking, now)
        if not _may_see(who, found):  # it was changed, or taken back, while this waited
            raise NotFound
        own = [s for s in _asked(who, found) if company in {None, s.company_id}]
        if found.booking.company_id not in who.companies and not _asked(who, found):
            raise Forbidden
        if found.request is None or not own:
            # The booker's own part needs no consent, and another's is not its to give.
            raise Refused([Problem(code="booking.share_of_others")])
        if found.request.version != version:
            raise Changed(version=found.request.version)
        _need_open(found)
        share, state = own[0], found.state(own[0])
        if given not in ALLOWED.get(state, frozenset()):
            raise Refused([Problem(code="booking.share_state", actual=state.value)])
        at = _instant(tx, found.booking)
        _keep(tx, found.request, share, given, who, found.booking, at)
        _tell(tx, found.booking, "booking.share_answered", found.booking.company_id)
        return _read(tx, found.booking, now)


def _company(tx: Tx, booking: Booking, asked: AskedCompany) -> CompanyId:
    """Return the company that is asked; NotFound where the centre serves no such company."""
    found = asked.company
    if found is None:
        digits = asked.registration_number.replace("-", "").strip()
        company = people.company_by_number(tx, digits) if digits else None
        found = company.id if company else CompanyId(new_id())
    if not cost_shares.is_served(tx, booking.centre_id, found):
        raise NotFound("The centre serves no such company")
    return found


def _locked(tx: Tx, hand: Hand, now: datetime) -> SharedBooking:
    """Return the booking of the caller's company with its machine locked, while it is open."""
    booking = bookings.by_id(tx, hand.booking)
    if booking is None or not _may_see(hand.who, _read(tx, booking, now)):
        raise NotFound
    if booking.company_id not in hand.who.companies:
        raise Forbidden
    machines.lock(tx, [booking.machine_id], patience=PATIENCE)
    found = _read(tx, bookings.locked(tx, booking.id) or booking, now)
    if hand.version is not None and found.booking.version != hand.version:
        raise Changed(version=found.booking.version)
    _need_open(found)
    return found


def _need_open(found: SharedBooking) -> None:
    if found.is_fixed:
        limit = write_instant(fixed_at(found.booking))
        raise Refused([Problem(code="booking.shares_fixed", limit=limit)])


def _instant(tx: Tx, booking: Booking) -> datetime:
    """Return the instant of a fact about a booking's shares, which is before they are fixed."""
    at = recorded_at(tx, booking.centre_id)
    if at >= fixed_at(booking):
        limit = write_instant(fixed_at(booking))
        raise Refused([Problem(code="booking.shares_fixed", limit=limit)])
    return at


def _read(tx: Tx, booking: Booking, now: datetime) -> SharedBooking:
    requests = cost_shares.of_bookings(tx, [booking.id], recorded_before=END_OF_TIME)
    request = max(requests.get(booking.id, []), key=lambda r: r.version, default=None)
    ids = [booking.company_id, *(s.company_id for s in request.shares)] if request else []
    return SharedBooking(
        booking=booking,
        request=request,
        companies={c.id: c for one in ids if (c := people.company(tx, one))},
        now=now,
    )


def _may_see(who: Caller, found: SharedBooking) -> bool:
    booking = found.booking
    is_own = who.may_see(booking.centre_id, booking.company_id, Right.DESK_SEE, Right.MONEY_SEE)
    return is_own or bool(_asked(who, found))


def _asked(who: Caller, found: SharedBooking) -> list[AskedShare]:
    """Return the shares of the caller's companies.

    Of a booking that changed since, whoever is asked no more or said no is told nothing new.
    """
    request = found.request
    if request is None:
        return []
    own = [s for s in request.shares if s.company_id in who.companies]
    is_same = request.is_about(found.booking)
    return [s for s in own if is_same or found.state(s) is ShareState.OUTDATED]


def _keep(
    tx: Tx,
    request: ShareRequest,
    share: AskedShare,
    given: ShareAct,
    who: Caller,
    booking: Booking,
    at: datetime,
) -> None:
    cost_shares.answer(
        tx,
        booking.centre_id,
        share.id,
        booker_id=request.booker_id,
        company_id=share.company_id,
        answer=given,
        by=who.known,
        recorded_at=at,
    )


def _tell(tx: Tx, booking: Booking, kind: str, company: CompanyId) -> None:
    """Notify the people of a company."""
    outbox.add(
        tx,
        booking.centre_id,
        kind,
        booking=str(booking.id),
        company=str(company),
        machine=str(booking.machine_id),
        start=write_instant(booking.period.start),
        end=write_instant(booking.period.end),
    )
