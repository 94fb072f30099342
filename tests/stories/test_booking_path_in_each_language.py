"""The booking path in Vietnamese and Chinese: no sentence of ours stands there in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient

from gadong.booking.services import booking_changes, bookings
from gadong.booking.services.booking_changes import Hand
from gadong.booking.services.bookings import Request
from gadong.core.database import one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.notices.services.notice_delivery import publish_outbox
from gadong.texts.catalogue import FURTHER, LANGUAGES, TAGS, sentences_in
from tests.support.page_fixtures import Visit
from tests.support.world import World

HOUR = timedelta(hours=1)
#: What a page says in every language: other languages' names, and a document's own line.
MEANT = re.compile(
    r'<button class="link" name="language".*?</button>|<span class="small" lang="en">.*?</span>',
    re.DOTALL,
)


def english_of(page: str, language: str) -> set[str]:
    """Return the English sentences of ours that stand on a page, in its text or its attributes."""
    shown = MEANT.sub("", page)
    pieces = re.findall(r">([^<>]+)<", shown)
    pieces += re.findall(r'(?:aria-label|title|placeholder|alt|data-[a-z]+)="([^"]*)"', shown)
    texts = {" ".join(unescape(piece).split()) for piece in pieces}
    known = sentences_in(language)
    patterns = [
        re.compile(".+".join(map(re.escape, re.split(r"\{\w*\}", text))))
        for text in sentences_in("ko")
        if text not in known and not text.startswith("{")
    ]
    return {text for text in texts if any(one.fullmatch(text) for one in patterns)}


class Reader:
    """A person who reads the pages in one language, and what stood there in English."""

    def __init__(self, client: TestClient, language: str) -> None:
        self.client, self.language = client, language
        self.english: set[tuple[str, str]] = set()

    def read(self, path: str) -> str:
        """Return a page, and keep what of it is English."""
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        assert f'<html lang="{TAGS[self.language]}"' in answer.text
        return self.see(path, answer.text)

    def see(self, path: str, page: str) -> str:
        """Keep what of a page is English, and return the page."""
        self.english |= {(path, text) for text in english_of(page, self.language)}
        return page


@pytest.mark.parametrize("language", sorted(FURTHER))
def test_a_member_books_changes_and_cancels_without_a_word_of_english(
    visit: Visit, world: World, language: str
) -> None:
    world.tariff()
    mill, company = world.machine("mill-1"), world.company()
    who = world.member(company)
    world.member(company)
    client = visit(who)
    reader = Reader(client, language)
    chosen = client.post("/account/language", data={"language": language})
    assert chosen.status_code == 303
    for path in ("/notices", "/bookings", "/at", "/at/mill-1", "/machines", "/machines/mill-1"):
        reader.read(path)
    soon = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    start = soon.astimezone(world.ZONE).strftime("%Y-%m-%dT%H:%M")
    form = reader.read(f"/machines/mill-1/book?start={start}&minutes=60")
    key = re.search(r'name="key" value="(\w+)"', form)
    assert key
    asked = {"key": key[1], "start": start, "minutes": "60", "purpose": "x"}
    booked = client.post("/machines/mill-1/book", data=asked)
    assert booked.status_code == 303, booked.text
    own = booked.headers["location"].partition("?")[0]
    page = reader.read(own)
    # The time is taken now: the refusal comes back in the language, with what would do instead.
    refused = client.post("/machines/mill-1/book", data={**asked, "key": key[1][::-1]})
    assert refused.status_code == 409
    reader.see("refused", refused.text)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    gone = client.post(f"{own}/cancel", data={"version": version[1]})
    assert gone.status_code == 303
    for path in (own, "/bookings", "/bookings?past=true", "/machines", "/waiting"):
        reader.read(path)
    with transaction(world.pool, SYSTEM) as tx:
        publish_outbox(tx)
        mail = one(
            tx,
            "select subject, body from deliveries where channel = 'mail' and address = %(to)s"
            " and kind = 'booking.cancelled'",
            to=world.emails[who.person_id],
        )
    assert mail
    subject = sentences_in(language)["Cancelled: {machine}"]
    assert mail["subject"] == subject.format(machine=mill.name_ko)
    reader.read("/notices")
    assert reader.english == set()


@pytest.mark.parametrize("language", sorted(FURTHER))
def test_what_is_running_and_what_is_over_is_shown_in_the_language(
    visit: Visit, world: World, language: str
) -> None:
    world.tariff()
    mill, company = world.machine("mill-1"), world.company()
    who = world.member(company)
    client = visit(who)
    client.cookies.set("gadong_language", language)
    reader = Reader(client, language)
    now = datetime.now(UTC)
    begun = now.replace(minute=0, second=0, microsecond=0)
    wish = Request(machine=mill, company=company.id, period=Period(begun, begun + 2 * HOUR))
    running = bookings.request(world.pool, who, wish, now=begun - HOUR)[0]
    reader.read("/at/mill-1")
    booking = booking_changes.check_in(
        world.pool, Hand(who=who, booking=running.id, version=running.version), now=now
    )
    reader.read(f"/bookings/{running.id}")
    reader.read("/at/mill-1")
    booking_changes.check_out(
        world.pool, Hand(who=who, booking=running.id, version=booking.version), now=now
    )
    reader.read(f"/bookings/{running.id}")
    assert reader.english == set()


@pytest.mark.parametrize("language", sorted(FURTHER))
def test_who_has_no_login_yet_reads_the_language_of_the_browser(
    client: TestClient, world: World, language: str
) -> None:
    headers = {"accept": "text/html", "accept-language": f"{TAGS[language]},en;q=0.5"}
    for path in ("/login", "/forgot", f"/join?centre={world.centre.slug}", "/offline"):
        page = client.get(path, headers=headers).text
        marked = MEANT.sub("", page) if path != "/offline" else ""
        assert '<span lang="en">' not in marked, path
        assert f'<html lang="{TAGS[language]}"' in page
    # Each language is offered by its own name.
    login = client.get("/login", headers=headers).text
    assert all(name in login for name in LANGUAGES.values())
