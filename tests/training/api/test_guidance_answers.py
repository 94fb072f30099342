"""Satisfaction after guidance: who is asked, once, and the figures of each expert."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import CompanyId
from gadong.core.store import outbox
from gadong.satisfaction.domain.request import AnswerSubject
from gadong.satisfaction.services import answers, figures, requests
from gadong.training.domain.guidance import Guidance, GuidanceKind
from gadong.training.services import guidance, guidance_answers
from gadong.training.services.guidance import ExpertWork
from tests.support.satisfaction.answers import answer, asking, opened
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)


def work(*, expert: str = "박 명장", hours_ago: float = 2) -> ExpertWork:
    """An hour of an expert, which began so many hours ago."""
    return ExpertWork(
        expert=expert, starts_at=NOW - timedelta(hours=hours_ago), minutes=60, result="이송을 낮춤"
    )


def given(world: World, who: Caller, did: ExpertWork) -> Guidance:
    """Guidance that somebody asked for, and that is done."""
    (company,) = who.companies
    asked = guidance.request(
        world.pool,
        who,
        centre=world.centre.id,
        company=CompanyId(company),
        kind=GuidanceKind.GUIDANCE,
        subject="표면거칠기",
        wish="",
        now=NOW,
    )
    return guidance.finish(world.pool, world.manager, asked.id, did, now=NOW)


def ask(world: World, *, now: datetime = NOW) -> int:
    with transaction(world.pool, SYSTEM) as tx:
        return guidance_answers.ask_after_guidance(tx, world.centre, now=now)


def test_who_asked_for_guidance_is_asked_once(world: World) -> None:
    who = world.member(world.company())
    done = given(world, who, work())
    assert ask(world) == 0, "nobody is asked before there are questions"
    asking(world)
    assert (ask(world), ask(world)) == (1, 0)
    guidance.reopen(world.pool, world.manager, done.id, reason="시간 정정")
    guidance.finish(world.pool, world.manager, done.id, work(expert="최 박사"), now=NOW)
    assert ask(world) == 0, "a corrected record is the same guidance"
    with transaction(world.pool, SYSTEM) as tx:
        (event,) = [e for e in outbox.due_events(tx, 100) if e.kind.startswith("satisfaction.")]
    assert (event.kind, event.data["code"]) == ("satisfaction.guidance", "박 명장")
    (asked,) = opened(world)
    found = answers.behind(world.pool, asked.word, now=NOW)
    assert (found.subject, found.code) == (AnswerSubject.GUIDANCE, "박 명장")


def test_only_guidance_of_the_last_days_that_is_over_is_asked_about(world: World) -> None:
    who = world.member(world.company())
    asking(world)
    done = given(world, who, work(hours_ago=0.5))
    assert done.starts_at is not None
    end = done.starts_at + timedelta(minutes=60)
    assert ask(world, now=end - timedelta(seconds=1)) == 0
    assert ask(world, now=end + guidance_answers.ASKED_WITHIN) == 0
    assert ask(world, now=end + guidance_answers.ASKED_WITHIN - timedelta(seconds=1)) == 1


def test_contacts_requests_and_who_left_are_not_asked_about(world: World) -> None:
    stays, leaves = (world.member(world.company()) for _ in range(2))
    asking(world)
    given(world, leaves, work())
    with transaction(world.pool, SYSTEM) as tx:
        tx.execute("update people set disabled_at = now() where id = %s", [leaves.person_id])
    (company,) = stays.companies
    guidance.record(
        world.pool,
        world.manager,
        centre=world.centre.id,
        company=CompanyId(company),
        kind=GuidanceKind.COUNSELLING,
        subject="창업 상담",
        work=work(),
        now=NOW,
    )
    asked = guidance.request(
        world.pool,
        stays,
        centre=world.centre.id,
        company=CompanyId(company),
        kind=GuidanceKind.GUIDANCE,
        subject="열처리",
        wish="",
        now=NOW,
    )
    assert ask(world) == 0
    guidance.finish(world.pool, world.manager, asked.id, work(), now=NOW)
    assert ask(world) == 1


def test_figures_are_by_expert_and_shown_from_five_people_on(world: World) -> None:
    people = [world.member(world.company()) for _ in range(5)]
    asking(world)
    for number, who in enumerate(people):
        given(world, who, work(hours_ago=2 + number))
        given(world, who, work(expert="최 박사"))
    assert ask(world) == 10
    asked = opened(world)
    experts = {one.id: answers.behind(world.pool, one.word, now=NOW).code for one in asked}
    for one in asked:
        score = 5 if experts[one.id] == "박 명장" else 2
        answer(world, one, score, score, score)
    year = (NOW - timedelta(hours=1)).astimezone(world.ZONE).year
    found = figures.seen(world.pool, world.manager, world.centre.id, year)
    rows = [(r.subject, r.name.ko, float(r.tally.mean or 0)) for r in found.subjects]
    assert rows == [
        (AnswerSubject.GUIDANCE, "박 명장", 5.0),
        (AnswerSubject.GUIDANCE, "최 박사", 2.0),
    ]


@pytest.mark.parametrize(("people", "is_shown"), [(1, False), (4, False), (5, True)])
def test_people_are_counted_and_not_their_answers(
    world: World, people: int, *, is_shown: bool
) -> None:
    """An expert helps one firm week after week, and others once."""
    everybody = [world.member(world.company()) for _ in range(people)]
    asking(world)
    for who in [*everybody, *[everybody[0]] * 6]:
        given(world, who, work())
    count = ask(world)
    assert count == 6 + people
    for asked in opened(world):
        answer(world, asked, 1, 1, 1, words="또 늦었습니다")
    year = (NOW - timedelta(hours=1)).astimezone(world.ZONE).year
    # The people are counted also when nobody knows any more who they were.
    for deletes in (False, True):
        if deletes:
            with transaction(world.pool, SYSTEM) as tx:
                requests.forget(tx, now=NOW + requests.KEPT_FOR + timedelta(days=1))
        found = figures.seen(world.pool, world.manager, world.centre.id, year)
        (row,) = found.subjects
        assert (row.tally.answered, row.is_shown) == (count, is_shown)
        assert (row.tally.mean is not None) is is_shown
        assert len(row.words) == (count if is_shown and not deletes else 0)
        rows = (found.whole, *found.months.values(), *found.questions)
        assert [one.is_shown for one in rows] == [is_shown] * 5


def test_an_expert_named_like_a_course_has_a_row_of_its_own(world: World) -> None:
    who = world.member(world.company())
    asking(world)
    given(world, who, work(expert="CNC-1"))
    assert ask(world) == 1
    opened(world)
    with transaction(world.pool, SYSTEM) as tx:
        tx.execute(
            "insert into satisfaction_requests (id, centre_id, questionnaire_id, subject, code,"
            " month, is_sent) select gen_random_uuid(), centre_id, questionnaire_id, 'course',"
            " code, month, true from satisfaction_requests"
        )
    year = (NOW - timedelta(hours=1)).astimezone(world.ZONE).year
    found = figures.seen(world.pool, world.manager, world.centre.id, year)
    assert [(r.subject, r.tally.sent) for r in found.subjects] == [
        (AnswerSubject.COURSE, 1),
        (AnswerSubject.GUIDANCE, 1),
    ]
