"""Sessions that ended, and requests that are answered, as their people would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from gadong.booking.domain.booking import Booking
from gadong.booking.services import attendance, bookings
from gadong.booking.services.bookings import Request
from gadong.core.database import many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.satisfaction.domain.questionnaire import Questionnaire
from gadong.satisfaction.services import answers, questionnaires, requests
from gadong.texts.catalogue import Text
from tests.support.world import World

NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
#: The year in which the sessions of these tests end.
YEAR = (NOW - timedelta(hours=3)).astimezone(World.ZONE).year
QUESTIONS = (
    Text("장비가 잘 작동했습니까?", "Did the machine work well?"),
    Text("안내가 충분했습니까?", "Was the guidance enough?"),
    Text("다시 이용하시겠습니까?", "Would you come again?"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that is open, by its id and its link's secret word."""

    id: UUID
    word: str


def asking(
    world: World, *, pause_days: int = 0, is_asking: bool = True, questions: Sequence[Text] = ()
) -> Questionnaire:
    """Publish a questionnaire of the centre."""
    return questionnaires.publish(
        world.pool,
        world.manager,
        world.centre.id,
        questions=questions or QUESTIONS,
        pause_days=pause_days,
        is_asking=is_asking,
    )


def session(world: World, machine: Machine, who: Caller, *, hours_ago: float = 3) -> Booking:
    """A person's hour on a machine that nothing observes, which is over and settled."""
    (company,) = who.companies
    start = NOW - timedelta(hours=hours_ago)
    wanted = Request(
        machine=machine,
        company=company,
        person=who.person_id,
        period=Period(start, start + timedelta(hours=1)),
        override="시험",
    )
    made, *_ = bookings.request(world.pool, world.manager, wanted, now=datetime.now(UTC))
    with transaction(world.pool, SYSTEM) as tx:
        attendance.settle_all(tx, now=datetime.now(UTC))
    return made


def ask(world: World, *, now: datetime | None = None) -> int:
    """Ask whoever is to be asked at the centre; return their number."""
    with transaction(world.pool, SYSTEM) as tx:
        return requests.ask_after_sessions(tx, world.centre, now=now or datetime.now(UTC))


def opened(world: World, *, language: str = "ko", now: datetime | None = None) -> list[Asked]:
    """Open a link for every request that has none yet, as a letter does, in their order."""
    statement = "select request_id from satisfaction_links where expires_at is null order by 1"
    with transaction(world.pool, SYSTEM) as tx:
        waiting = [row["request_id"] for row in many(tx, statement)]
        paths = [
            requests.open_link(tx, one, language=language, now=now or datetime.now(UTC))
            for one in waiting
        ]
    return [
        Asked(id=one, word=(path or "").rpartition("/")[2])
        for one, path in zip(waiting, paths, strict=True)
    ]


def answer(world: World, asked: Asked, *scores: int, words: str = "", named: bool = False) -> None:
    """Answer a request by its link."""
    answers.give(
        world.pool,
        asked.word,
        scores=scores,
        words=words,
        names_company=named,
        now=datetime.now(UTC),
    )


def answered(
    world: World, machine: Machine, who: Caller, count: int, *scores: int, words: str = ""
) -> None:
    """So many sessions on a machine, each asked about and answered alike.

    The first is the person's, and each other one a colleague's.
    """
    company = next(c for c in world.companies if c.id in who.companies)
    for number in range(count):
        booker = world.member(company) if number else who
        session(world, machine, booker, hours_ago=3 + number)
    assert ask(world) == count
    for asked in opened(world):
        answer(world, asked, *scores, words=words)
