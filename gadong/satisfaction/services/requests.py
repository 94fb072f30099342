"""Requests for an answer, once after each session, course and guidance, and the links to them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from gadong.core.database import Tx
from gadong.core.domain.calendar import Month
from gadong.core.domain.clock import write_instant
from gadong.core.domain.ids import new_id
from gadong.core.store import outbox
from gadong.people.domain.centre import Centre
from gadong.satisfaction.domain.questionnaire import Questionnaire
from gadong.satisfaction.domain.request import OPEN_FOR, AnswerSubject, Use
from gadong.satisfaction.store import questionnaires, requests

# The scheduler may have been down for a weekend; whoever came before has other things in mind.
ASKED_WITHIN = timedelta(days=3)
# Two yearly evaluations look at an answer; then its words, and whom it concerned, are deleted.
KEPT_FOR = timedelta(days=730)
#: The events of requests, which notices turn into letters with the link.
ASKED = {
    AnswerSubject.SESSION: "satisfaction.session",
    AnswerSubject.COURSE: "satisfaction.course",
    AnswerSubject.GUIDANCE: "satisfaction.guidance",
}


def ask_after_sessions(tx: Tx, centre: Centre, *, now: datetime) -> int:
    """Ask once about each session that ended in the last days; return how many were asked.

    Nobody is asked about one machine again before the centre's pause is over.
    """
    asked = questionnaires.latest(tx, centre.id)
    if asked is None or not asked.is_asking:
        return 0
    count, pause = 0, timedelta(days=asked.pause_days)
    for use in requests.ended_sessions(tx, centre.id, since=now - ASKED_WITHIN, now=now):
        if use.machine_id is None:
            continue
        before = requests.last_asked(tx, use.person_id, use.machine_id)
        if before is None or now - before >= pause:
            _ask(tx, centre, asked, use, now=now)
            count += 1
    return count


def ask_once(tx: Tx, centre: Centre, use: Use, *, now: datetime) -> bool:
    """Ask somebody about a course or a guidance, unless they were; return whether they are now."""
    asked = questionnaires.latest(tx, centre.id)
    if asked is None or not asked.is_asking or requests.was_asked(tx, use):
        return False
    _ask(tx, centre, asked, use, now=now)
    return True


def open_link(tx: Tx, request_id: UUID, *, language: str, now: datetime) -> str | None:
    """Return the path of a request's link, stored by its digest; None where it is answered.

    A later link of the same request ends the earlier one.
    """
    word = secrets.token_urlsafe(32)
    is_open = requests.open_link(
        tx, request_id, digest=digest(word), expires_at=now + OPEN_FOR, language=language
    )
    return f"/satisfaction/{word}" if is_open else None


def digest(word: str) -> bytes:
    """Return what is stored of a link's secret word."""
    return sha256(word.encode()).digest()


def forget(tx: Tx, *, now: datetime) -> int:
    """Delete the words of old answers, whom they concerned, and digests that are over."""
    return requests.forget(tx, before=now - KEPT_FOR, now=now)


def _ask(tx: Tx, centre: Centre, asked: Questionnaire, use: Use, *, now: datetime) -> None:
    request_id = new_id()
    requests.insert(
        tx,
        request_id,
        use,
        questionnaire_id=asked.id,
        month=str(Month.of(use.ended_at, centre.zone)),
        asked_at=now,
    )
    about = {"machine": str(use.machine_id)} if use.machine_id else {"code": use.code}
    outbox.add(
        tx,
        centre.id,
        ASKED[use.subject],
        person=str(use.person_id),
        company=str(use.company_id),
        request=str(request_id),
        start=write_instant(use.started_at),
        end=write_instant(use.ended_at),
        **about,
    )
