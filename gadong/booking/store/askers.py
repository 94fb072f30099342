"""People who ask for a machine, and what rules look at of each of them: read once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.booking.domain.applications.draw import Round
from gadong.booking.domain.booking_request import CountedBooking, Facts, Qualification, Wish
from gadong.booking.domain.equipment.equipment import NeededUnits
from gadong.booking.domain.rules.limits import Rules
from gadong.booking.domain.seating import SeatHold, Seating, crowded, seats_on, shares
from gadong.booking.store import bookings, payment_standing, qualifications, rulebook
from gadong.core.database import Tx
from gadong.core.domain.ids import BookingId, CentreId, CompanyId, MachineId, PersonId
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.people.domain.company_profile import NO_PROFILES, CompanyProfiles
from gadong.people.store import pledges
from gadong.people.store.payers import profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Askers:
    """Bookings that count for those who ask, their trainings, accepted terms, stops and unpaid
    statements.
    """

    hall: frozenset[MachineId]
    # Machines of the kinds whose quotas count the kind, by kind.
    alike: Mapping[str, Mapping[MachineId, str]]
    counted: Sequence[CountedBooking]
    trained: Mapping[tuple[PersonId, str], Mapping[str, Qualification]]
    accepted: Mapping[PersonId, frozenset[str]]
    stopped: Mapping[UUID, datetime]
    due: Mapping[CompanyId, date]
    profiles: Mapping[CompanyId, CompanyProfiles]
    # The bookings of a company and a person that were sorted already, as `_concerning` returns
    # them: two hundred machines ask for the same ones.
    _sorted: dict[tuple[CompanyId, PersonId], _Concerning] = field(
        default_factory=dict, repr=False, compare=False
    )

    def facts(
        self,
        machine: Machine,
        wish: Wish,
        its_rules: Rules,
        *,
        zone: ZoneInfo,
        opened: Sequence[Period],
        closed: Sequence[Period],
        held: Sequence[SeatHold],
        itself: BookingId | None,
        helpers: Sequence[Sequence[Period]] | None = None,
        equipment: Sequence[NeededUnits] = (),
        rounds: Sequence[Round] = (),
        books_directly: bool = False,
    ) -> Facts:
        """Return what the rules look at for one of the wishes on one of the machines.

        `books_directly` marks a company whose category no applications concern.
        """
        person, company = wish.person_id, wish.company_id
        alike = self.alike.get(machine.kind, {})
        seats = seats_on(machine.seats, wish.seats)
        wanted = machine.seats if wish.is_alone else seats
        stops = [self.stopped[who] for who in (person, company) if who in self.stopped]
        return Facts(
            rules=its_rules,
            zone=zone,
            opened=opened,
            closed=closed,
            held=crowded(held, total=machine.seats, wanted=wanted),
            counted=[
                c.on(machine.id, its_rules.free_cancellation, person, company, alike=alike)
                for c in self._concerning(company, person).on({machine.id, *alike})
                if c.id != itself and c.id not in wish.leaving
            ],
            qualifications=self.trained.get((person, machine.kind), {}),
            accepted=self.accepted.get(person, frozenset()),
            stopped_until=max(stops, default=None),
            unpaid_since=self.due.get(company),
            is_retired=machine.retired_at is not None,
            profile=self.profiles.get(company, NO_PROFILES).on(
                wish.period.start.astimezone(zone).date()
            ),
            helpers=helpers,
            equipment=equipment,
            undrawn=[r.month for r in rounds if r.drawn_at is None],
            drawn=[r.month for r in rounds if r.drawn_at is not None],
            kept_rounds={}
            if books_directly
            else {r.month: r.period for r in rounds if r.drawn_at is None},
            alike=alike.values() if its_rules.quota_scope == "kind" else (),
            seats=machine.seats,
            seating=Seating(total=machine.seats, wanted=wanted, holds=held)
            if shares(machine.seats, wanted)
            else None,
        )

    def _concerning(self, company: CompanyId, person: PersonId) -> _Concerning:
        """Return the bookings that count for a company and a person, sorted by their machines."""
        key = company, person
        if key not in self._sorted:
            found = _Concerning()
            for one in self.counted:
                if one.concerns(company, person, self.hall):
                    found.here[one.machine_id].append(one)
                    if one.may_be_struck:
                        found.struck.append(one)
            self._sorted[key] = found
        return self._sorted[key]


@dataclass(frozen=True, slots=True)
class _Concerning:
    """Bookings by machine, and those that may be strikes, which count on every machine."""

    here: dict[MachineId, list[CountedBooking]] = field(default_factory=lambda: defaultdict(list))
    struck: list[CountedBooking] = field(default_factory=list)

    def on(self, machine_ids: Collection[MachineId]) -> list[CountedBooking]:
        """Return the bookings on the machines, and what may be a strike elsewhere."""
        elsewhere = [one for one in self.struck if one.machine_id not in machine_ids]
        return [*(one for m in machine_ids for one in self.here.get(m, ())), *elsewhere]


def read(
    tx: Tx,
    centre_id: CentreId,
    wanted: Sequence[Machine],
    wishes: Sequence[Wish],
    *,
    since: datetime,
    alike: Mapping[str, Mapping[MachineId, str]],
    its_rules: Iterable[Rules],
) -> Askers:
    """Read the facts about the people of several requests, in five queries.

    A sixth reads the companies' profiles where one of the rules names firms.
    """
    person_ids = {wish.person_id for wish in wishes}
    company_ids = {wish.company_id for wish in wishes}
    kin = {machine_id for of_kind in alike.values() for machine_id in of_kind}
    hall = frozenset({m.id for m in wanted} | kin)
    return Askers(
        hall=hall,
        alike=alike,
        counted=bookings.counted(
            tx, centre_id, hall, company_ids=company_ids, person_ids=person_ids, since=since
        ),
        trained=qualifications.of_people(tx, centre_id, person_ids, kinds={m.kind for m in wanted}),
        accepted=pledges.accepted(tx, centre_id, person_ids),
        stopped=rulebook.stops(tx, centre_id, company_ids=company_ids, person_ids=person_ids),
        due=payment_standing.oldest_dues(tx, centre_id, company_ids),
        profiles=profiles.of_companies(tx, centre_id, company_ids)
        if any(rules.names_firms for rules in its_rules)
        else {},
    )
