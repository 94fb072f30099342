"""Certificates (이수증) of trainings that were attended, as PDF."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from gadong.billing.services.documents import pdf
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import Caller, Right
from gadong.core.domain.ids import CentreId, PersonId
from gadong.core.domain.period import Period, whole_minutes
from gadong.core.domain.problem import Conflict, NotFound
from gadong.people.services.customers import need_known
from gadong.people.store import people
from gadong.texts.forms import words_of
from gadong.training.domain.course import Course, Place
from gadong.training.services import trainings
from gadong.training.store import courses

HOUR = 60


def completed(
    pool: Pool, who: Caller, centre: CentreId, *, person: PersonId | None = None
) -> list[Course]:
    """Return the courses that the caller attended, or to the desk another, the latest first."""
    permit = who.need_entry(centre)
    if person is not None and person != who.person_id:
        permit = who.need(centre, Right.DESK_SEE)
    with transaction(pool, permit) as tx:
        if person is not None and person != who.person_id:
            need_known(tx, centre, person)
        return courses.completed(tx, centre, person or who.person_id)


def certificate(
    pool: Pool, who: Caller, course_id: UUID, person: PersonId, language: str
) -> tuple[str, bytes]:
    """Return the certificate's number and its PDF; for the person's company and the desk."""
    with transaction(pool, who.reach()) as tx:
        course = courses.find(tx, course_id)
        if course is None or not who.may_enter(course.centre_id):
            raise NotFound("There is no such training")
        place = next((p for p in courses.places(tx, [course.id]) if p.person_id == person), None)
        if place is None or not who.may_see(course.centre_id, place.company_id, Right.DESK_SEE):
            raise NotFound("They have no place at this training")
        if place.attended is not True:
            raise Conflict("A certificate is of a training that was attended")
        centre = people.centre(tx, course.centre_id)
        if centre is None:
            raise NotFound
        training = trainings.named(tx, course.centre_id, course.code)
    name = training.name_en if language == "en" else training.name_ko
    number = _number(course, place)
    return number, _printed(course, place, number, name, centre.name, centre.zone, language)


def _printed(
    course: Course,
    place: Place,
    number: str,
    training: str,
    centre: str,
    zone: ZoneInfo,
    language: str,
) -> bytes:
    words = words_of(language)
    minutes = whole_minutes(course.period.length)
    length = words["hours"].format(hours=minutes // HOUR, minutes=minutes % HOUR)
    until = (
        (course.expires_at - timedelta(seconds=1)).astimezone(zone).date().isoformat()
        if course.expires_at
        else ""
    )
    rows = [
        (words["person"], place.name),
        (words["company"], place.company),
        (words["training"], training),
        (words["held"], _span(course.period, zone)),
        (words["length"], length if course.period.length < timedelta(days=1) else ""),
        (words["place"], course.place),
        (words["valid_until"], until),
    ]
    return pdf.print_(
        pdf.Printed(
            title=words["certificate"],
            subtitle=f"{words['number']} {number}",
            author=centre,
            language=language,
            at=course.period.end,
            parts=[
                pdf.pairs("", rows),
                pdf.paragraph(words["certified"]),
                pdf.paragraph(course.period.end.astimezone(zone).date().isoformat()),
                pdf.signatures([(words["centre"], centre, words["seal"])]),
            ],
            footer=f"{centre} · {number}",
        )
    )


def _span(period: Period, zone: ZoneInfo) -> str:
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    if start.date() == end.date():
        return f"{start:%Y-%m-%d %H:%M} – {end:%H:%M}"
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"


def _number(course: Course, place: Place) -> str:
    """Return the certificate's number: the day, the course and the person, always the same."""
    return f"{course.period.end:%Y%m%d}-{course.id.hex[-6:]}-{place.person_id.hex[-4:]}".upper()
