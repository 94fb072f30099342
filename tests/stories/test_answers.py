"""After a session and a course the clock asks once; a mail or a text message brings the link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from fastapi.testclient import TestClient

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.period import Period
from gadong.core.services.sealing import Keyring
from gadong.notices.services import notice_delivery
from gadong.notices.services.answer_links import MailedLinks
from gadong.notices.services.notice_delivery import Senders
from gadong.operations.services import jobs
from gadong.people.domain.centre import Centre
from gadong.settings import Settings
from gadong.training.services import courses
from scheduler.senders import mail_sender
from scheduler.text_messages import text_sender
from scheduler.timetable import mornings, tick_slots
from tests.conftest import PUBLIC_URL, Stack
from tests.support.api_fixtures import LogIn
from tests.support.satisfaction.answers import asking, session
from tests.support.stories.telling import mail_server
from tests.support.stories.text_provider import StandIn, listening
from tests.support.stories.text_provider import opened as text_account
from tests.support.world import World

LINK = re.compile(re.escape(PUBLIC_URL) + r"/satisfaction/[\w-]{43}")


def nine(centre: Centre, *, days: int = 2) -> datetime:
    """Nine o'clock on the centre's clock: the next one, or the one after it."""
    return mornings(datetime.now(UTC), centre)[0] + timedelta(days=days)


def the_clock_comes_by(
    pool: Pool, centre: Centre, links: MailedLinks | None, *, days: int = 2
) -> None:
    """Do what is due at nine o'clock, and publish what it made."""
    tick_slots(pool, nine(centre, days=days), links=links)
    with transaction(pool, SYSTEM) as tx:
        notice_delivery.publish_outbox(tx, links=links)


def letters(pool: Pool) -> list[dict[str, object]]:
    """The deliveries that ask for an answer."""
    statement = "select channel, body from deliveries where starts_with(kind, 'satisfaction.')"
    with transaction(pool, SYSTEM) as tx:
        return [dict(row) for row in many(tx, statement)]


def attend(world: World, who: Caller, *, attended: bool = True) -> None:
    """A course that was held today, and whether somebody came."""
    company = CompanyId(next(iter(who.companies)))
    start = datetime.now(UTC) + timedelta(hours=1)
    course = courses.plan(
        world.pool,
        world.manager,
        centre=world.centre.id,
        code="cnc-basic",
        period=Period(start, start + timedelta(hours=1)),
        place="",
        seats=5,
        valid_days=None,
        good="",
        now=datetime.now(UTC),
    )
    courses.come(world.pool, who, course.id, company=company, person=None, now=datetime.now(UTC))
    after = start + timedelta(hours=2)
    courses.mark(world.pool, world.manager, course.id, who.person_id, attended=attended, now=after)


def test_who_used_a_machine_and_who_attended_are_mailed_one_link_each(
    application: FastAPI,
    client: TestClient,
    world: World,
    pool: Pool,
    stack: Stack,
    settings: Callable[..., Settings],
) -> None:
    keys = Keyring((stack.secret,))
    links = MailedLinks(public_url=f"{PUBLIC_URL}/", keys=keys)
    used, came, missed = (world.member(world.company()) for _ in range(3))
    asking(world)
    session(world, world.machine("mill-1"), used)
    attend(world, came)
    attend(world, missed, attended=False)
    the_clock_comes_by(pool, world.centre, links)
    the_clock_comes_by(pool, world.centre, links)
    waiting = letters(pool)
    assert [one["channel"] for one in waiting] == ["mail", "mail"]
    assert all(str(one["body"]).startswith("sealed:") for one in waiting)
    with transaction(pool, SYSTEM) as tx:
        told = many(
            tx, "select data::text as data from notices union select data::text from outbox"
        )
    assert not [row for row in told if "/satisfaction/" in row["data"]]
    with mail_server() as (url, received):
        sender = mail_sender(url, "gadong@x.example")
        senders = Senders(by_channel={"mail": sender}, secret="", keys=keys)
        notice_delivery.deliver(pool, senders, now=nine(world.centre))
    asking_mails = [mail for mail in received if "어떠셨나요" in mail["subject"]]
    assert sorted(mail["to"] for mail in asking_mails) == sorted(
        world.emails[who.person_id] for who in (used, came)
    )
    found = {mail["subject"]: mail.get_content() for mail in asking_mails}
    assert set(found) == {"이용은 어떠셨나요? 밀링", "교육은 어떠셨나요? cnc-basic"}
    for body in found.values():
        (address,) = LINK.findall(body)
        path = address.removeprefix(PUBLIC_URL)
        form = {"score_1": "5", "score_2": "5", "score_3": "5"}
        assert client.post(path, data=form).status_code == 200
        assert client.post(path, data=form).status_code == 404
    with transaction(pool, SYSTEM) as tx:
        rows = many(tx, "select subject, code, scores from satisfaction_requests order by subject")
    assert [(r["subject"], r["code"], r["scores"]) for r in rows] == [
        ("course", "cnc-basic", [5, 5, 5]),
        ("session", "", [5, 5, 5]),
    ]


def test_who_books_by_telephone_is_asked_by_text_and_the_list_shows_no_link(
    client: TestClient, bearer: LogIn, world: World, pool: Pool, stack: Stack
) -> None:
    keys, provider = Keyring((stack.secret,)), StandIn()
    links = MailedLinks(public_url=PUBLIC_URL, keys=keys)
    asking(world)
    made = session(world, world.machine("mill-1"), world.member(world.company()))
    with transaction(pool, SYSTEM) as tx:
        # As the desk enters somebody who telephones (tests/stories/test_text_messages.py).
        tx.execute("update people set has_login = false where id = %s", [made.person_id])
        tx.execute(
            "insert into phone_numbers (person_id, number, by_text) values (%s, %s, false)",
            [made.person_id, "01012345678"],
        )
    with listening(provider) as url:
        text_account(world, url, keys, channel="KA01PF", satisfaction__session="KA02TP")
        the_clock_comes_by(pool, world.centre, links)
        sender = text_sender(pool, keys, allow_local=True)
        senders = Senders(by_channel={"text": sender}, secret="", keys=keys)
        notice_delivery.deliver(pool, senders, now=nine(world.centre))
    (sent,) = [m for m in provider.accepted if "KA02TP" in str(m)]
    assert LINK.fullmatch(sent["kakaoOptions"]["variables"]["#{링크}"])
    path = f"/api/v1/centres/{world.centre.id}/text-messages"
    listed = client.get(path, headers=bearer(None)).json()["items"]
    assert [one["text"] for one in listed if one["kind"] == "satisfaction.session"] == [""]


def test_nobody_is_counted_as_asked_whose_letter_cannot_be_sent(
    world: World, pool: Pool, stack: Stack
) -> None:
    muted, reached = world.member(world.company()), world.member(world.company())
    asking(world)
    session(world, world.machine("mill-1"), muted)
    session(world, world.machine("mill-2"), reached)
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into notice_preferences (person_id, language, by_mail, muted)"
            " values (%s, 'ko', true, '{satisfaction.session}')",
            [muted.person_id],
        )
    nowhere = MailedLinks(public_url="", keys=Keyring(("x" * 32,)))
    the_clock_comes_by(pool, world.centre, nowhere, days=1)
    assert letters(pool) == []
    with transaction(pool, SYSTEM) as tx:
        tx.execute("delete from outbox")
        assert not many(tx, "select 1 from satisfaction_requests where is_sent")
    session(world, world.machine("mill-3"), muted)
    session(world, world.machine("mill-4"), reached)
    links = MailedLinks(public_url=PUBLIC_URL, keys=Keyring((stack.secret,)))
    the_clock_comes_by(pool, world.centre, links)
    with transaction(pool, SYSTEM) as tx:
        sent = many(tx, "select 1 from satisfaction_requests where is_sent")
    assert (len(letters(pool)), len(sent)) == (1, 1)


def test_old_links_and_words_go_with_the_nightly_retention(world: World, pool: Pool) -> None:
    asking(world)
    session(world, world.machine("mill-1"), world.member(world.company()))
    the_clock_comes_by(pool, world.centre, None)
    with transaction(pool, SYSTEM) as tx:
        assert len(many(tx, "select 1 from satisfaction_links")) == 1
        jobs.forget(tx, datetime.now(UTC) + timedelta(days=732))
        assert many(tx, "select 1 from satisfaction_links") == []
        assert len(many(tx, "select 1 from satisfaction_requests")) == 1
