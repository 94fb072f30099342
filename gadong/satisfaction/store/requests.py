"""Requests for an answer, their links by digest, scores and words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gadong.core.database import Tx, many, one, run
from gadong.core.domain.ids import CentreId, CompanyId, MachineId, PersonId
from gadong.core.store.queries import statements
from gadong.satisfaction.domain.request import AnswerSubject, GivenWords, OpenRequest, Use
from gadong.satisfaction.store import questionnaires

SQL = statements(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request that was sent, and the scores of its answer, without anybody's name.

    `respondent` is the same for all requests of one person at the centre and of the year.
    """

    id: UUID
    questionnaire_id: UUID
    subject: AnswerSubject
    machine_id: MachineId | None
    machine_ko: str | None
    machine_en: str | None
    code: str
    month: str
    scores: Sequence[int] | None
    respondent: UUID


def ended_sessions(tx: Tx, centre_id: CentreId, *, since: datetime, now: datetime) -> list[Use]:
    """Return a centre's completed bookings since an instant of which nobody was asked."""
    rows = many(tx, SQL["ended_sessions"], centre_id=centre_id, since=since, now=now)
    return [Use(**row) for row in rows]


def last_asked(tx: Tx, person_id: PersonId, machine_id: MachineId) -> datetime | None:
    """Return when a person was last asked about a machine, or None."""
    row = one(tx, SQL["last_asked"], person_id=person_id, machine_id=machine_id)
    at: datetime | None = row["at"] if row else None
    return at


def was_asked(tx: Tx, use: Use) -> bool:
    """Return whether the person was asked about the course or the guidance."""
    found = one(
        tx,
        SQL["was_asked"],
        course_id=use.course_id,
        guidance_id=use.guidance_id,
        person_id=use.person_id,
    )
    return found is not None


def insert(
    tx: Tx, request_id: UUID, use: Use, *, questionnaire_id: UUID, month: str, asked_at: datetime
) -> None:
    """Insert a request and whom it concerns."""
    run(
        tx,
        SQL["insert"],
        id=request_id,
        centre_id=use.centre_id,
        questionnaire_id=questionnaire_id,
        subject=use.subject,
        machine_id=use.machine_id,
        code=use.code,
        month=month,
        person_id=use.person_id,
    )
    run(
        tx,
        SQL["insert_link"],
        request_id=request_id,
        centre_id=use.centre_id,
        person_id=use.person_id,
        company_id=use.company_id,
        booking_id=use.booking_id,
        course_id=use.course_id,
        guidance_id=use.guidance_id,
        ended_at=use.ended_at,
        asked_at=asked_at,
    )


def open_link(
    tx: Tx, request_id: UUID, *, digest: bytes, expires_at: datetime, language: str
) -> bool:
    """Set a request's link and count it as sent; False where it was answered or is gone."""
    is_open = run(
        tx,
        SQL["open_link"],
        id=request_id,
        digest=digest,
        expires_at=expires_at,
        language=language,
    )
    if is_open:
        run(tx, SQL["mark_sent"], id=request_id)
    return bool(is_open)


def by_digest(tx: Tx, digest: bytes, *, now: datetime) -> OpenRequest | None:
    """Return the request of a link that still opens, locked until the transaction ends."""
    row = one(tx, SQL["by_digest"], digest=digest, now=now)
    if row is None:
        return None
    (asked,) = questionnaires.by_ids(tx, [row.pop("questionnaire_id")])
    return OpenRequest(questionnaire=asked, subject=AnswerSubject(row.pop("subject")), **row)


def answer(
    tx: Tx, request: OpenRequest, *, scores: Sequence[int], words: str, company: CompanyId | None
) -> None:
    """Keep the answer to a request and end its link."""
    run(tx, SQL["answer"], id=request.id, scores=list(scores))
    run(tx, SQL["end_link"], id=request.id)
    if words:
        run(
            tx,
            SQL["insert_words"],
            id=request.id,
            centre_id=request.centre_id,
            words=words,
            company_id=company,
        )


def of_centres(
    tx: Tx, centre_ids: Collection[CentreId], months: Collection[str]
) -> dict[CentreId, list[SentRequest]]:
    """Return each centre's requests of some months that were sent."""
    found: dict[CentreId, list[SentRequest]] = {centre_id: [] for centre_id in centre_ids}
    for row in many(tx, SQL["of_centres"], centre_ids=list(centre_ids), months=list(months)):
        subject = AnswerSubject(row.pop("subject"))
        found[row.pop("centre_id")].append(SentRequest(subject=subject, **row))
    return found


def words(tx: Tx, request_ids: Collection[UUID]) -> list[tuple[UUID, GivenWords]]:
    """Return the words of some requests, in an order that says nothing of their requests."""
    return [
        (row["request_id"], GivenWords(words=row["words"], company=row["company"]))
        for row in many(tx, SQL["words"], ids=list(request_ids))
    ]


def forget(tx: Tx, *, before: datetime, now: datetime) -> int:
    """Delete words and people of requests from before an instant, and digests that are over."""
    gone = run(tx, SQL["forget_words"], before=before)
    gone += run(tx, SQL["forget_links"], before=before)
    run(tx, SQL["end_over"], now=now)
    return gone
