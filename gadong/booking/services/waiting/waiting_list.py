"""The waiting list: freed time is offered in turn, held until the first one answers, then passed
on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.booking.domain.rules import eligibility
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.time_grid import next_on_grid
from gadong.booking.domain.waiting_entry import Waiting, WaitingFilter, WaitingState
from gadong.booking.services.equipment.stock import need_choosable
from gadong.booking.services.evaluation import PATIENCE
from gadong.booking.services.request_bounds import LONGEST, need_one_hall, need_seats
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.services.waiting.offers import bring_up_to_date
from gadong.booking.store import waiting_list
from gadong.core.database import Pool, Tx, retried, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import CompanyId, PersonId, new_id
from gadong.core.domain.period import Period, whole_minutes
from gadong.core.domain.problem import Invalid, NotAllowed, NotFound, Problem, Refused
from gadong.core.domain.usage_mode import UsageMode
from gadong.machines.domain.machine import Machine
from gadong.machines.store import machines
from gadong.people.domain.centre import Centre
from gadong.people.services import members
from gadong.people.services.customers import need_customer
from gadong.people.store import people
from gadong.people.store.payers import profiles

# Ended entries stay on their people's list for a month.
SHOWN = timedelta(days=30)
# More than a page of a browser searches in.
MOST_LISTED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRequest:
    """A stretch of `length` that is waited for anywhere inside the period, and what its offer is to
    say.

    `also` are machines that are wanted at the same time, all or none.
    """

    machine: Machine
    company: CompanyId
    period: Period
    length: timedelta
    answers: Mapping[str, str] = field(default_factory=dict)
    usage_mode: UsageMode | None = None
    # For whom, if not for oneself: a person of the company, or the name of one without a login.
    person: PersonId | None = None
    contact: str = ""
    contact_phone: str = ""
    also: tuple[Machine, ...] = ()
    equipment: tuple[str, ...] = ()
    seats: int = 1


@retried
def join(pool: Pool, who: Caller, request: WaitingRequest, *, now: datetime) -> Waiting:
    """Put a request at the end of its machine's waiting list.

    Serve it at once where its time is free.
    """
    machine, period, length = request.machine, request.period, request.length
    permit = who.need_company(machine.centre_id, request.company, Right.DESK_WORK)
    hall = (machine, *request.also)
    need_one_hall(hall)
    need_seats(hall, request.seats)
    if period.length > LONGEST or length > period.length or period.end <= now:
        raise Invalid(
            "Wait within the next 31 days, for no longer than the period", field="end", limit=31
        )
    with transaction(pool, permit) as tx:
        person = _person(tx, who, request)
        need_choosable(tx, hall, request.equipment)
        machines.lock(tx, [m.id for m in hall], patience=PATIENCE)
        rule_book = book(tx, machine.centre_id, request.company, at=period.start)
        for one in hall:
            rules = rule_book.rules(one, period.start)
            _need_waitable(rules, length)
            _need_on_grid(rules, period.start, length, rule_book.centre.zone)
            _need_eligible(tx, request, rules, rule_book.centre)
        entry = Waiting(
            id=new_id(),
            centre_id=machine.centre_id,
            machine_id=machine.id,
            company_id=request.company,
            person_id=person,
            period=period,
            length=length,
            turn=now,
            answers=request.answers,
            usage_mode=request.usage_mode,
            also=tuple(m.id for m in request.also),
            equipment=request.equipment,
            seats=request.seats,
        )
        waiting_list.insert(tx, entry)
        for one in hall:
            bring_up_to_date(tx, one, now=now)
        return waiting_list.by_id(tx, entry.id) or entry


def _need_waitable(rules: Rules, length: timedelta) -> None:
    """Raise Invalid for a machine without a waiting list, or a length that its rules forbid."""
    if rules.waiting_list == "off":
        raise Invalid("This machine has no waiting list; book it", field="machine")
    if not rules.shortest <= length <= rules.longest:
        shortest, longest = (whole_minutes(x) for x in (rules.shortest, rules.longest))
        raise Invalid(f"A booking here has {shortest} to {longest} minutes", field="minutes")


def _need_on_grid(rules: Rules, begin: datetime, length: timedelta, zone: ZoneInfo) -> None:
    """Raise Refused for a length that ends off the grid wherever it starts, as a direct request
    would be.
    """
    # A grid that does not divide the day has a shorter step before midnight.
    if timedelta(days=1) % rules.step or not length % rules.step:
        return
    end = next_on_grid(begin, rules.step, zone) + length
    limit = whole_minutes(rules.step)
    raise Refused([Problem(code="booking.off_grid", limit=limit, actual=write_instant(end))])


def _need_eligible(tx: Tx, request: WaitingRequest, rules: Rules, centre: Centre) -> None:
    """Raise Refused for a company to which the machine's time would never be offered."""
    if not rules.names_firms:
        return
    day = request.period.start.astimezone(centre.zone).date()
    profile = profiles.of_company(tx, centre.id, request.company).on(day)
    if problems := eligibility.unmet(rules, profile):
        raise Refused(problems)


def _person(tx: Tx, who: Caller, request: WaitingRequest) -> PersonId:
    """Return for whom is waited, who is of a company that the centre serves."""
    centre, company = request.machine.centre_id, request.company
    need_customer(tx, centre, company)
    if request.contact:
        return members.contact(tx, who, centre, company, request.contact, request.contact_phone)
    if request.contact_phone:
        raise Invalid("A phone number goes with a person's name", field="person_phone")
    if request.person and company not in {i for i, _ in people.companies_of(tx, request.person)}:
        raise NotFound("The person is not of this company")
    if request.person is None and company not in who.companies:
        raise Refused([Problem(code="booking.person")])
    return request.person or who.person_id


def leave(pool: Pool, who: Caller, entry_id: UUID) -> None:
    """Wait no more; a second time changes nothing. An offer is answered by cancelling it."""
    with transaction(pool, who.reach()) as tx:
        entry = waiting_list.by_id(tx, entry_id)
        if entry is None or not who.may_see(entry.centre_id, entry.company_id, Right.DESK_WORK):
            raise NotFound
        if entry.state is WaitingState.LEFT:
            return
        if not waiting_list.leave(tx, entry_id):
            raise NotAllowed(state=entry.state, action="leave")


def page(
    pool: Pool,
    who: Caller,
    only: WaitingFilter,
    *,
    after: tuple[datetime, UUID] | None = None,
    most: int = MOST_LISTED,
) -> list[Waiting]:
    """Return a page of the entries of one's companies and of the centres that one manages.

    They come in the order of their turns, after the turn and id of the page before.
    """
    with transaction(pool, who.reach()) as tx:
        managed = [c.id for c in people.centres(tx) if who.may(c.id, Right.DESK_SEE)]
        return waiting_list.page(
            tx,
            centre_ids=managed,
            company_ids=who.companies,
            only=only,
            after=after,
            most=most,
        )


def listen(
    pool: Pool, who: Caller, machine: Machine, *, least: timedelta | None, ahead: timedelta
) -> None:
    """Subscribe to freed time of `least` and more on a machine; None ends the subscription."""
    permit = who.need_entry(machine.centre_id)
    with transaction(pool, permit) as tx:
        if least is None:
            waiting_list.listen_no_more(tx, machine.id, who.person_id)
        else:
            waiting_list.listen(tx, machine, who.person_id, least=least, ahead=ahead)
