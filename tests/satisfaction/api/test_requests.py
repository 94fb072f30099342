"""Requests for an answer: of whom, how often, and what becomes of the answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import psycopg
import pytest

from gadong import migrations
from gadong.core.database import Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM, Permit
from gadong.core.domain.problem import Forbidden, Invalid, NotFound
from gadong.core.store import outbox
from gadong.notices.services import notice_delivery, webhooks
from gadong.operations.services import privacy
from gadong.operations.store import privacy as kept_privacy
from gadong.satisfaction.domain.request import OPEN_FOR, AnswerSubject
from gadong.satisfaction.services import answers, figures, questionnaires, requests
from gadong.satisfaction.services.figures import YearOfAnswers
from tests.support.satisfaction.answers import (
    QUESTIONS,
    YEAR,
    answer,
    answered,
    ask,
    asking,
    opened,
    session,
)
from tests.support.world import PASSWORD, World, in_session, nobody_may


def year_of(world: World) -> YearOfAnswers:
    """The centre's figures, by the permit of its manager."""
    with transaction(world.pool, world.manager.reach()) as tx:
        return figures.of_year(tx, world.centre.id, YEAR)


def rows_of(pool: Pool, table: str) -> int:
    with transaction(pool, SYSTEM) as tx:
        return len(many(tx, f"select 1 from {table}"))  # noqa: S608  # a name of this test


def test_a_person_is_asked_once_after_a_session(world: World, pool: Pool) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    session(world, machine, who)
    assert ask(world) == 0, "nobody is asked before there are questions"
    asking(world, is_asking=False)
    assert ask(world) == 0
    asking(world)
    assert (ask(world), ask(world)) == (1, 0)
    with transaction(pool, SYSTEM) as tx:
        (event,) = [e for e in outbox.due_events(tx, 100) if e.kind.startswith("satisfaction.")]
    assert event.kind == "satisfaction.session"
    assert (event.data["person"], event.data["machine"]) == (str(who.person_id), str(machine.id))
    # The outbox and the notices hold no link.
    assert set(event.data) == {"person", "company", "request", "start", "end", "machine"}


def test_a_person_is_asked_about_a_machine_again_after_the_pause(world: World) -> None:
    machine, other = world.machine("mill-1"), world.machine("mill-2")
    first, second = world.member(world.company()), world.member(world.company())
    asking(world, pause_days=2)
    session(world, machine, first, hours_ago=9)
    session(world, machine, first, hours_ago=6)
    session(world, machine, second, hours_ago=4)
    session(world, other, first, hours_ago=3)
    now = datetime.now(UTC)
    assert ask(world, now=now) == 3, "once for each person and machine"
    session(world, machine, first, hours_ago=2)
    assert ask(world, now=now + timedelta(days=2, seconds=-1)) == 0
    assert ask(world, now=now + timedelta(days=2)) == 1, "one more, and its own pause begins"


def test_only_sessions_of_the_last_days_are_asked_about(world: World) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    booking = session(world, machine, who)
    late = booking.period.end + requests.ASKED_WITHIN
    assert ask(world, now=late) == 0
    assert ask(world, now=late - timedelta(seconds=1)) == 1


def test_a_cancelled_booking_and_who_left_are_not_asked(world: World, pool: Pool) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    stays = world.member(world.company())
    asking(world)
    session(world, machine, who, hours_ago=5)
    cancelled = session(world, machine, stays)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("update bookings set state = 'cancelled' where id = %s", [cancelled.id])
        tx.execute("update people set disabled_at = now() where id = %s", [who.person_id])
    assert ask(world) == 0


def test_a_link_opens_once_and_ends_after_thirty_days(world: World, pool: Pool) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    session(world, machine, who)
    ask(world)
    begun = datetime.now(UTC)
    (asked,) = opened(world, language="en", now=begun)
    for wrong in ("", "nonsense", asked.word[:-1]):
        with pytest.raises(NotFound):
            answers.behind(pool, wrong, now=begun)
    with pytest.raises(NotFound):
        answers.behind(pool, asked.word, now=begun + OPEN_FOR)
    found = answers.behind(pool, asked.word, now=begun + OPEN_FOR - timedelta(seconds=1))
    assert (found.subject, found.machine_en, found.language) == (
        AnswerSubject.SESSION,
        "Mill",
        "en",
    )
    assert [q.en for q in found.questionnaire.questions] == [q.en for q in QUESTIONS]
    with transaction(pool, SYSTEM) as tx:
        kept = one(tx, "select digest from satisfaction_links")
    assert kept is not None
    assert kept["digest"] == requests.digest(asked.word)
    with pytest.raises(Invalid):
        answer(world, asked, 5, 5)
    with pytest.raises(Invalid):
        answer(world, asked, 5, 5, 5, words="가" * 2001)
    answer(world, asked, 5, 4, 3, words=" 좋았습니다 ")
    with pytest.raises(NotFound):
        answer(world, asked, 1, 1, 1)
    with transaction(pool, SYSTEM) as tx:
        assert requests.open_link(tx, asked.id, language="ko", now=begun) is None
        (row,) = many(tx, "select scores, is_sent from satisfaction_requests")
    assert (row["scores"], row["is_sent"]) == ([5, 4, 3], True)
    with (
        psycopg.connect(str(pool.conninfo)) as owner,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        owner.execute("update satisfaction_requests set scores = '{1,1,1}'")


def test_a_second_link_ends_the_first(world: World, pool: Pool) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    session(world, machine, who)
    ask(world)
    (asked,) = opened(world)
    with transaction(pool, SYSTEM) as tx:
        again = requests.open_link(tx, asked.id, language="ko", now=datetime.now(UTC))
    assert again is not None
    with pytest.raises(NotFound):
        answer(world, asked, 5, 5, 5)
    word = again.rpartition("/")[2]
    assert answers.behind(pool, word, now=datetime.now(UTC)).id == asked.id


def test_scores_and_words_are_shown_from_five_people_on(world: World) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    answered(world, machine, who, 4, 5, 5, 3, words="조용합니다")
    found = year_of(world)
    (row,) = found.subjects
    assert (row.tally.sent, row.tally.answered, row.is_shown) == (4, 4, False)
    assert (row.tally.mean, row.words, found.whole.tally.mean) == (None, (), None)
    assert [q.is_shown for q in found.questions] == [False] * 3
    session(world, machine, world.member(world.companies[0]), hours_ago=20)
    assert ask(world) == 1
    (asked,) = opened(world)
    answer(world, asked, 1, 1, 1, words="시끄럽습니다", named=True)
    found = year_of(world)
    (row,) = found.subjects
    assert row.tally.answered == 5
    assert row.tally.mean == Fraction(4 * 13 + 3, 15)
    assert sorted((w.words, w.company) for w in row.words) == [
        *[("시끄럽습니다", "회사 1")],
        *[("조용합니다", "")] * 4,
    ]
    assert found.whole.tally == row.tally
    assert [float(q.tally.mean or 0) for q in found.questions] == [4.2, 4.2, 2.6]


def test_a_row_with_few_answers_hides_the_one_that_would_tell_it(world: World) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    who = world.member(world.company())
    asking(world)
    answered(world, mill, who, 5, 5, 5, 5, words="좋습니다")
    answered(world, lathe, who, 1, 1, 1, 1)
    found = year_of(world)
    assert found.whole.tally.answered == 6
    assert found.whole.tally.mean is not None
    assert [(row.is_shown, row.words) for row in found.subjects] == [(False, ())] * 2


def test_who_did_not_answer_counts_in_the_rate_once_the_link_was_sent(world: World) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    session(world, machine, who, hours_ago=5)
    ask(world)
    assert year_of(world).whole.tally.sent == 0, "no letter left, so nobody could answer"
    opened(world)
    tally = year_of(world).whole.tally
    assert (tally.sent, tally.answered) == (1, 0)
    assert tally.response_rate == Fraction(0)


def test_leaving_deletes_words_and_whom_it_concerned(world: World, pool: Pool) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    answered(world, machine, who, 1, 5, 4, 3, words="저는 김가동입니다")
    session(world, machine, who, hours_ago=9)
    ask(world)
    opened(world)
    caller = in_session(who)
    (first, second) = privacy.known(pool, caller, now=datetime.now(UTC))["satisfaction"]
    assert (first["scores"], first["words"], second["scores"]) == (
        [5, 4, 3],
        "저는 김가동입니다",
        None,
    )
    privacy.leave(pool, caller, PASSWORD)
    assert (rows_of(pool, "satisfaction_words"), rows_of(pool, "satisfaction_links")) == (0, 0)
    with transaction(pool, SYSTEM) as tx:
        assert kept_privacy.known(tx, who.person_id)["satisfaction"] == []
    assert (year_of(world).whole.tally.sent, year_of(world).whole.tally.answered) == (2, 1)


def test_words_and_people_are_deleted_after_two_years(world: World, pool: Pool) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    asking(world)
    answered(world, machine, who, 1, 5, 4, 3, words="좋습니다")
    due = datetime.now(UTC) + requests.KEPT_FOR
    with transaction(pool, SYSTEM) as tx:
        assert requests.forget(tx, now=due - timedelta(minutes=5)) == 0
        assert requests.forget(tx, now=due) == 2
    assert year_of(world).whole.tally.answered == 1


def test_staff_read_scores_and_words_and_never_who_was_asked(world: World, pool: Pool) -> None:
    machine, who = world.machine("mill-1"), world.member(world.company())
    other = World.made(pool)
    asking(world)
    answered(world, machine, who, 1, 5, 4, 3, words="좋습니다")

    def seen(permit: Permit) -> list[int]:
        names = ("questionnaires", "requests", "words", "links")
        with transaction(pool, permit) as tx:
            return [len(many(tx, f"select 1 from satisfaction_{n}")) for n in names]  # noqa: S608

    assert seen(world.manager.reach()) == [1, 1, 1, 0]
    assert seen(other.manager.reach()) == [0, 0, 0, 0]
    assert seen(who.reach()) == [0, 0, 0, 0]
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        transaction(pool, world.manager.reach()) as tx,
    ):
        tx.execute("update satisfaction_requests set scores = '{5,5,5}'")
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        transaction(pool, SYSTEM) as tx,
    ):
        tx.execute("delete from satisfaction_requests")


def test_one_answer_does_not_follow_from_a_month_and_a_machine(world: World, pool: Pool) -> None:
    saw, mill, lathe = (world.machine(slug) for slug in ("saw-1", "mill-1", "lathe-1"))
    who = world.member(world.company())
    asking(world)
    answered(world, saw, who, 6, 5, 5, 5)
    answered(world, mill, who, 1, 1, 1, 1)
    answered(world, lathe, who, 5, 3, 3, 3)
    with psycopg.connect(str(pool.conninfo)) as owner:
        owner.execute("alter table satisfaction_requests disable trigger satisfaction_answers_stay")
        owner.execute(
            "update satisfaction_requests set month = %s || case when machine_id = %s then '-01'"
            " else '-02' end",
            [str(YEAR), lathe.id],
        )
    found = year_of(world)
    assert [row.is_shown for row in found.months.values()] == [True, True]
    # The month of the saw and the mill less the saw would be the mill's one answer.
    shown = [row.tally.answered for row in found.subjects if row.is_shown]
    assert shown == [5]


def test_no_webhook_of_a_centre_receives_who_was_asked(world: World, pool: Pool) -> None:
    asking(world)
    session(world, world.machine("mill-1"), world.member(world.company()))
    hook, _ = webhooks.add_webhook(
        pool,
        world.manager,
        world.centre.id,
        url="https://8.8.8.8/centre",
        kinds=[],
        secret="a secret of an installation, long enough",
    )
    assert ask(world) == 1
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx)
        (notice,) = many(tx, "select kind from notices where kind like 'satisfaction.%%'")
    assert notice["kind"] == "satisfaction.session"
    called = {call.kind for call in webhooks.log_of(pool, world.manager, hook.id)}
    assert called
    assert not {kind for kind in called if kind.startswith("satisfaction.")}


def test_words_are_in_an_order_of_their_own(world: World) -> None:
    machine, company = world.machine("mill-1"), world.company()
    asking(world)
    for number in range(7):
        session(world, machine, world.member(company), hours_ago=3 + number)
    ask(world)
    said = ["라", "나", "바", "가", "사", "다", "마"]
    for asked, words in zip(opened(world), said, strict=True):
        answer(world, asked, 5, 5, 5, words=words)
    (row,) = year_of(world).subjects
    assert [one.words for one in row.words] == sorted(said)


def test_the_migration_counts_the_people_of_earlier_answers(
    world: World, pool: Pool, database_url: str
) -> None:
    mill, lathe = world.machine("mill-1"), world.machine("lathe-1")
    who, gone = world.member(world.company()), world.member(world.company())
    asking(world)
    answered(world, mill, who, 3, 5, 5, 5)
    answered(world, lathe, who, 1, 5, 5, 5)
    session(world, lathe, gone, hours_ago=9)
    session(world, lathe, gone, hours_ago=11)
    assert ask(world) == 2
    opened(world)
    with transaction(pool, SYSTEM) as tx:
        tx.execute("delete from satisfaction_links where person_id = %s", [gone.person_id])
    migrations.downgrade(database_url, "0214_answers_about_guidance")
    migrations.upgrade(database_url)
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select respondent, count(*) from satisfaction_requests group by 1")
        own = many(
            tx,
            "select distinct r.respondent from satisfaction_requests r"
            " join satisfaction_links l on l.request_id = r.id where l.person_id = %(who)s",
            who=who.person_id,
        )
    # Two of the person, one of each colleague, and of who left each counts as another's.
    assert sorted(row["count"] for row in rows) == [1, 1, 1, 1, 2]
    assert len(own) == 1


def test_questions_are_published_by_who_writes_rules(world: World, pool: Pool) -> None:
    member, outsider = world.member(world.company()), World.made(pool).manager
    centre = world.centre.id
    for who, refusal in ((member, Forbidden), (outsider, NotFound)):
        with pytest.raises(refusal):
            questionnaires.of_centre(pool, who, centre)
        with pytest.raises(refusal):
            questionnaires.publish(
                pool, who, centre, questions=QUESTIONS, pause_days=0, is_asking=True
            )
    assert questionnaires.of_centre(pool, world.manager, centre) is None
    asking(world)
    assert asking(world, pause_days=7).version == 2
    found = questionnaires.of_centre(pool, world.manager, centre)
    assert found is not None
    assert (found.version, found.pause_days) == (2, 7)
    nobody_may(pool, "update satisfaction_questionnaires set pause_days = 1")
