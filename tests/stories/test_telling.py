"""Letters leave the house: to a real mail server and a real receiver of webhooks, on loopback."""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy.stack.servers import free_port
from gadong.billing.services import corrections
from gadong.billing.services.documents import statement_pdf
from gadong.booking.domain.booking import Booking
from gadong.booking.services import machine_setup
from gadong.core.database import Pool
from gadong.core.domain.problem import Conflict, Invalid
from gadong.notices.services import notice_delivery, webhooks
from gadong.notices.services.notice_delivery import Senders
from gadong.settings import Settings
from gadong.texts.notices import NOTICES
from gadong.texts.refusals import PROBLEMS
from scheduler.senders import mail_sender, webhook_sender
from tests.support.billing.corrections import issued, late_signal, used
from tests.support.programs import running
from tests.support.stories.telling import SECRET, book, drained, mail_server
from tests.support.waiting import until
from tests.support.world import World, in_session

__all__ = ["used"]  # pytest finds a fixture by its name here

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def receiver(answers: list[int]) -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    """A program that is told; it gives the answers in turn, and 204 once they are used up."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(answers.pop(0) if answers else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing on the test's own output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/gadong", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_booking_is_mailed_in_its_persons_language_and_once(world: World, pool: Pool) -> None:
    korean, english, quiet = (world.member(world.company()) for _ in range(3))
    notice_delivery.prefer(pool, in_session(english), language="en", by_mail=True, muted=[])
    notice_delivery.prefer(
        pool, in_session(quiet), language="ko", by_mail=True, muted=["booking.confirmed"]
    )
    for who in (korean, english, quiet):
        book(world, who)
    drained(pool)
    with mail_server() as (url, received):
        senders = Senders(
            by_channel={"mail": mail_sender(url, "gadong@centre.example")}, secret=SECRET
        )
        assert notice_delivery.deliver(pool, senders, now=datetime.now(UTC)) == 2
        assert notice_delivery.deliver(pool, senders, now=datetime.now(UTC)) == 0
    by_person = {m["To"]: m for m in received}
    to_korean, to_english = (
        by_person[world.emails[korean.person_id]],
        by_person[world.emails[english.person_id]],
    )
    assert to_korean["Subject"] == "예약 확정: 밀링"
    body = to_korean.get_body(("plain",))
    assert body is not None
    assert "10:00–12:00" in body.get_content()
    assert to_english["Subject"] == "Booked: 밀링"
    assert to_english["Message-ID"].endswith("@centre.example>")


def test_an_issued_statement_is_mailed_with_its_document_and_a_correction_with_its_own(
    world: World, pool: Pool, used: Booking
) -> None:
    member = world.member(world.companies[0])
    notice_delivery.prefer(pool, in_session(member), language="en", by_mail=True, muted=[])
    statement = issued(world, used)
    late_signal(world, used, 50, "idle")
    found = corrections.propose(pool, world.manager, statement.id)
    corrections.issue(pool, world.manager, statement.id, digest=found.digest, reason="늦은 신호")
    drained(pool)
    with mail_server() as (url, received):
        senders = Senders(
            by_channel={"mail": mail_sender(url, "gadong@centre.example")}, secret=SECRET
        )
        notice_delivery.deliver(pool, senders, now=datetime.now(UTC))
    files = {
        part.get_filename(): part.get_content()
        for message in received
        if message["To"] == world.emails[member.person_id]
        for part in message.iter_attachments()
    }
    assert set(files) == {f"{statement.number}.pdf", f"{statement.number}-C01.pdf"}
    # The very document that the service shows, in the language of who gets it.
    _, shown = statement_pdf.statement_pdf(pool, member, statement.id, "en")
    assert files[f"{statement.number}.pdf"] == shown


def test_a_mail_server_that_is_away_delays_and_loses_nothing(world: World, pool: Pool) -> None:
    book(world, world.member(world.company()))
    drained(pool)
    now = datetime.now(UTC)
    away = Senders(
        by_channel={"mail": mail_sender(f"smtp://127.0.0.1:{free_port()}", "gadong@x.example")},
        secret=SECRET,
    )
    assert notice_delivery.deliver(pool, away, now=now) == 0
    with mail_server() as (url, received):
        senders = Senders(by_channel={"mail": mail_sender(url, "gadong@x.example")}, secret=SECRET)
        assert notice_delivery.deliver(pool, senders, now=now + timedelta(seconds=4)) == 0
        assert notice_delivery.deliver(pool, senders, now=now + timedelta(seconds=6)) == 1
        assert len(received) == 1


def test_a_webhook_is_signed_tried_again_and_replayed_under_one_id(
    world: World, pool: Pool
) -> None:
    with receiver([500, 302]) as (url, got):
        hook, secret = webhooks.add_webhook(
            pool,
            world.manager,
            world.centre.id,
            url=url,
            kinds=["booking."],
            secret=SECRET,
            allow_local=True,
        )
        booking = book(world, world.member(world.company()))
        drained(pool)
        senders, now = (
            Senders(by_channel={"webhook": webhook_sender(allow_local=True)}, secret=SECRET),
            datetime.now(UTC),
        )
        taken = [
            notice_delivery.deliver(pool, senders, now=now + timedelta(seconds=s))
            for s in (0, 6, 400)
        ]
        assert taken == [0, 0, 1]
        (delivery,) = webhooks.log_of(pool, world.manager, hook.id)
        assert (delivery.state, delivery.attempts) == ("sent", 3)
        webhooks.replay(pool, world.manager, hook.id, delivery.id)
        assert notice_delivery.deliver(pool, senders, now=now + timedelta(seconds=500)) == 1
    assert {headers["webhook-id"] for headers, _ in got} == {str(delivery.id)}
    assert len(got) == 4
    for headers, body in got:
        # As Standard Webhooks describes the receiver's side.
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = b64decode(secret.removeprefix("whsec_"))
        wanted = "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
        assert hmac.compare_digest(headers["webhook-signature"], wanted)
    payload = json.loads(got[0][1])
    assert (payload["type"], payload["data"]["booking"]) == ("booking.confirmed", str(booking.id))
    assert "밀링" in payload["data"]["ko"]


def test_a_revoked_webhook_hears_no_more(world: World, pool: Pool) -> None:
    with receiver([]) as (url, got):
        hook, _ = webhooks.add_webhook(
            pool, world.manager, world.centre.id, url=url, kinds=[], secret=SECRET, allow_local=True
        )
        book(world, world.member(world.company()))
        drained(pool)
        webhooks.revoke_webhook(pool, world.manager, hook.id)
        notice_delivery.deliver(
            pool,
            Senders(by_channel={"webhook": webhook_sender(allow_local=True)}, secret=SECRET),
            now=datetime.now(UTC),
        )
    assert got == []


@pytest.mark.parametrize(
    "url", ["http://erp.example/x", "https://a:b@erp.example/", "https:///x", "ftp://x.example"]
)
def test_an_address_that_cannot_be_is_refused(world: World, pool: Pool, url: str) -> None:
    with pytest.raises(Invalid):
        webhooks.add_webhook(pool, world.manager, world.centre.id, url=url, kinds=[], secret=SECRET)


def test_every_kind_that_a_service_writes_has_its_words() -> None:
    written: set[str] = set()
    for path in (ROOT / "gadong").glob("*/services/**/*.py"):
        written |= set(
            re.findall(
                r'"((?:booking|machine|statement|interlock|objection|company|qualification|device'
                r"|course|guidance|commission|waiting|source|application|satisfaction|tenancy)"
                r'\.[a-z_]+)"',
                path.read_text(),
            )
        )
    # Refusals and obstacles have their sentences in gadong/texts/refusals.py.
    problems = {k for k in written if k in PROBLEMS}
    assert written - problems <= NOTICES.keys()
    assert NOTICES.keys() - written == {"job.started", "job.ended"}
    told = ("machine", "when", "until", "expected", "number", "month", "due_on", "code", "centre")
    named = (*told, "device", "minutes", "reason")
    figures = dict.fromkeys(named, "x")
    for words in NOTICES.values():
        for language in ("ko", "en"):
            assert all("{" not in said for said in words.say(language, figures))


def test_the_scheduler_itself_mails_what_happened(
    world: World, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    member = world.member(world.company())
    with (
        mail_server() as (url, received),
        running("scheduler", settings(), tmp_path, GADONG_SMTP_URL=url),
    ):
        book(world, member)
        until(lambda: received, what="the mail arrives")
    assert received[0]["To"] == world.emails[member.person_id]


def test_a_name_that_no_header_can_hold_is_refused(world: World, pool: Pool) -> None:
    with pytest.raises(Invalid):
        machine_setup.register(
            pool,
            world.manager,
            centre=world.centre.id,
            slug="broken-1",
            kind="mill",
            name_ko="밀링\n2호",
            name_en="Mill",
        )


def test_no_webhook_without_a_secret_and_none_into_the_house(world: World, pool: Pool) -> None:
    with pytest.raises(Conflict):
        webhooks.add_webhook(
            pool, world.manager, world.centre.id, url="https://x.example/", kinds=[], secret=""
        )
    with pytest.raises(Invalid):
        webhooks.add_webhook(
            pool, world.manager, world.centre.id, url="http://127.0.0.1:1/", kinds=[], secret=SECRET
        )
