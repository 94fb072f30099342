"""A booking's papers: the application (이용신청서) and the approval (이용승인서), as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from gadong.billing.services.documents import pdf
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.domain.rules.limits import BookingQuestion
from gadong.booking.services import bookings
from gadong.booking.services.rules.company_rule_book import book
from gadong.booking.store.booking_history import Event
from gadong.core.database import END_OF_TIME, Pool, Tx, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import BookingId, MachineId
from gadong.core.domain.period import Period, whole_minutes
from gadong.core.domain.problem import Conflict, NotFound
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.register import EMPTY, RegisterEntry
from gadong.machines.store import machines, register
from gadong.people.domain.centre import Centre
from gadong.people.domain.legal_party import Party, written
from gadong.people.domain.pledge import PledgeAcceptance
from gadong.people.store import legal_parties, people, phone_numbers, pledges
from gadong.texts.forms import words_of

HOUR = 60
#: The states of a booking that the centre has approved, whether by a rule or by a manager.
APPROVED = frozenset(
    {
        BookingState.CONFIRMED,
        BookingState.CHECKED_IN,
        BookingState.IN_USE,
        BookingState.COMPLETED,
    }
)


#: The steps after which a booking is approved: a manager's word, or a request that needs none.
APPROVING = frozenset({"request", "accept", "approve"})


class Paper(StrEnum):
    """The papers that are printed for a booking: its request (이용신청서) and its approval."""

    APPLICATION = "application"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """The facts that both papers state."""

    booking: Booking
    parts: Sequence[Booking]
    events: Sequence[Event]
    centre: Centre
    hall: Mapping[MachineId, Machine]
    questions: Sequence[BookingQuestion]
    supplier: Party
    customer: Party
    person: str
    phone: str
    pledge: PledgeAcceptance | None
    entries: Mapping[MachineId, RegisterEntry] = field(default_factory=dict)


def booking_paper(
    pool: Pool, who: Caller, booking_id: BookingId, paper: Paper, language: str
) -> tuple[str, bytes]:
    """Return a paper's name and its PDF; for the booking's company and the centre's desk.

    An approval is of a booking that is approved; an application is of any.
    """
    booking, events = bookings.find(pool, who, booking_id)
    if paper is Paper.APPROVAL and booking.state not in APPROVED:
        raise Conflict("Only an approved booking has an approval")
    parts = bookings.made_together(pool, who, booking) or [booking]
    with transaction(pool, who.reach()) as tx:
        facts = _facts(tx, booking, parts, events)
    # The register is the staff's; a paper states a machine's model and number and no more of it.
    with transaction(pool, SYSTEM) as tx:
        entries = register.of_machines(tx, facts.hall, recorded_before=END_OF_TIME)
    facts = replace(facts, entries=entries)
    day = booking.period.start.astimezone(facts.centre.zone).date().isoformat()
    return f"{paper}-{day}-{booking.id.hex[-6:]}", _printed(facts, paper, language)


def _facts(tx: Tx, booking: Booking, parts: Sequence[Booking], events: Sequence[Event]) -> _Facts:
    centre = people.centre(tx, booking.centre_id)
    person = people.person(tx, booking.person_id)
    company = people.company(tx, booking.company_id)
    hall = {b.machine_id: m for b in parts if (m := machines.by_id(tx, b.machine_id))}
    machine = hall.get(booking.machine_id)
    if centre is None or company is None or machine is None:
        raise NotFound
    at = booking.period.start
    rules = book(tx, centre.id, company.id, at=at).rules(machine, at)
    parties = [
        legal_parties.latest(tx, centre.id, of, recorded_before=END_OF_TIME) or Party()
        for of in (None, company.id)
    ]
    customer = parties[1] if parties[1].name else Party(name=company.name)
    if company.registration_number and not customer.registration_number:
        customer = Party(name=customer.name, registration_number=company.registration_number)
    number = phone_numbers.of_people(tx, [booking.person_id]).get(booking.person_id)
    accepted = [
        a for a in pledges.of_person(tx, centre.id, booking.person_id) if a.version == rules.terms
    ]
    return _Facts(
        booking=booking,
        parts=parts,
        events=events,
        centre=centre,
        hall=hall,
        questions=rules.questions,
        supplier=parties[0],
        customer=customer,
        person=person.name if person else "",
        phone=number.number if number else "",
        pledge=accepted[0] if accepted else None,
    )


def _printed(facts: _Facts, paper: Paper, language: str) -> bytes:
    words, zone = words_of(language), facts.centre.zone
    asked = facts.events[0].recorded_at if facts.events else facts.booking.period.start
    decided = [e.recorded_at for e in facts.events if e.action in APPROVING]
    signed_at = asked if paper is Paper.APPLICATION else max(decided, default=asked)
    centre = facts.supplier.name or facts.centre.name
    parts: list[Mapping[str, Any]] = [
        pdf.pairs(words["applicant"], _applicant(facts, words)),
        pdf.heading(words["use"]),
        _machines(facts, words, language, zone),
        pdf.pairs("", _use(facts, words, zone, language)),
        pdf.note(words["fees"]),
    ]
    if paper is Paper.APPLICATION:
        parts += [
            pdf.paragraph(words["applies"]),
            pdf.paragraph(f"{words['asked_on']}: {_day(asked, zone)}"),
            pdf.signatures([(words["applicant"], facts.person, words["signed"])]),
            pdf.paragraph(words["to"].format(centre=centre)),
        ]
    else:
        parts += [
            pdf.paragraph(words["approves"]),
            pdf.paragraph(f"{words['approved_on']}: {_day(signed_at, zone)}"),
            pdf.signatures([(words["centre"], centre, words["seal"])]),
        ]
    number = facts.booking.id.hex[-6:].upper()
    return pdf.print_(
        pdf.Printed(
            title=words[paper],
            subtitle=f"{words['number']} {number}",
            author=centre,
            language=language,
            at=signed_at,
            parts=parts,
            footer=f"{facts.centre.name} · {number}",
        )
    )


def _applicant(facts: _Facts, words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (words["company"], facts.customer.name),
        (words["registration"], written(facts.customer.registration_number)),
        (words["representative"], facts.customer.representative),
        (words["person"], facts.person),
        (words["phone"], facts.phone),
    ]


def _machines(
    facts: _Facts, words: Mapping[str, str], language: str, zone: ZoneInfo
) -> dict[str, Any]:
    rows = []
    for part in sorted(facts.parts, key=lambda b: (b.period.start, b.id)):
        machine = facts.hall.get(part.machine_id)
        entry = facts.entries.get(part.machine_id, EMPTY)
        name = (machine.name_en if language == "en" else machine.name_ko) if machine else ""
        minutes = whole_minutes(part.period.length)
        length = words["hours"].format(hours=minutes // HOUR, minutes=minutes % HOUR)
        rows.append([name, entry.model, entry.nfec_number, _span(part.period, zone), length])
    head = [words[key] for key in ("machine", "model", "nfec", "when", "length_of_use")]
    return pdf.table(head, rows, align="lllll", widths=[1, 0, 0, 0, 0])


def _use(
    facts: _Facts, words: Mapping[str, str], zone: ZoneInfo, language: str
) -> list[tuple[str, str]]:
    given = facts.booking.answers
    answers = [
        (q.en if language == "en" else q.ko, given[q.key])
        for q in facts.questions
        if q.key in given
    ]
    pledge = ""
    if facts.pledge:
        text = words["accepted_on_paper" if facts.pledge.is_on_paper else "accepted"]
        pledge = text.format(version=facts.pledge.version, day=_day(facts.pledge.accepted_at, zone))
    return [
        (words["mode"], words[facts.booking.usage_mode]),
        (words["purpose"], facts.booking.purpose),
        *answers,
        (words["pledge"], pledge),
    ]


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()


def _span(period: Period, zone: ZoneInfo) -> str:
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    if start.date() == end.date():
        return f"{start:%Y-%m-%d %H:%M} – {end:%H:%M}"
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
