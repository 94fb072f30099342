"""python -m tests.support.pictures DIR: a picture of every page, by telephone and on a desk, in
both languages (make pictures).
A database and an API of its own, with the demonstration centre and a month of work. The few that
the README and the guides show are written to docs/pictures too.
"""

from __future__ import annotations

import re
import sys
import tempfile
from datetime import UTC, datetime, time, timedelta
from math import sin
from pathlib import Path

from playwright.sync_api import BrowserContext, FloatRect, sync_playwright

from bench.database import own_database
from deploy.stack import choice
from deploy.stack.browser import chromium
from gadong.billing.services import customer_check, statement_blockers, statement_drafts, statements
from gadong.billing.services.prices import tariffs
from gadong.booking.services import bookings, timeline
from gadong.booking.services.bookings import Request
from gadong.cli import demonstration
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM, Caller
from gadong.core.domain.calendar import Month
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion, machines
from gadong.metering.services import metering, onboarding
from gadong.people.domain.centre import Centre
from gadong.people.domain.company import Company
from gadong.people.services.accounts import OPERATOR
from gadong.people.store import people
from gadong.settings import Settings
from gadong.training.services import courses
from tests.support.metering.metering import message
from tests.support.programs import ROOT, serving
from tests.support.unknown_device import plug

SIZES = {"telephone": (390, 844), "desk": (1440, 900)}
LANGUAGES = {"ko": "ko-KR", "en": "en-GB"}
MEMBER = (
    "/machines",
    "/machines/mc-1",
    "/machines/mc-1/book?start={start}&minutes=120",
    "/machines/cmm-1/book?start={start}&minutes=120&usage_mode=commissioned",
    "/calendar",
    "/bookings",
    "/statements",
    "/notices",
    "/courses",
    "/calendar/beside?m=printer-1&m=printer-2&m=mc-1&m=press-1",
    "/at/mc-1",
)
MANAGER = (
    "/floor",
    "/desk",
    "/month",
    "/reports",
    "/companies",
    "/centre",
    "/rules",
    "/rules/opening_hours",
    "/holidays",
    "/courses",
    "/tariffs",
    "{tariff}?month={month}",
    "/tariffs/new?like={like}",
    "/account",
    "/machines/mc-1/qr",
    "/machines/press-1/signals?hours=24",
    "{meter}?hours=24",
    "{device}",
    "/devices/new",
    "/devices/new/tasmota",
    "/floor?wall=1",
    "{draft}?prints=true",
)
#: A page that is asked for in another way has another name.
ASKED = {"wall=": "-wall", "prints=": "-prints"}
#: What the documents show: which page, how large, under which name.
SHOWN = {
    ("/floor", "desk", "ko"): "floor",
    ("/calendar", "desk", "ko"): "calendar",
    ("/statement", "desk", "ko"): "statement",
    ("/machines/mc-1/book", "telephone", "ko"): "booking",
    ("/month", "desk", "ko"): "month",
    ("/inbox", "desk", "ko"): "inbox",
}


def fill(pool: Pool) -> tuple[Centre, str, str]:
    """The demonstration with a month of work behind it: one company's statement, issued, and
    another's draft.
    """
    demonstration.seed(pool, "")
    with transaction(pool, SYSTEM) as tx:
        centre = people.centres(tx)[0]
        found = people.person_and_hash(tx, demonstration.LOGINS["manager"])
        manager = people.caller(tx, found[0].id) if found else None
        companies = sorted(people.companies(tx, centre.id), key=lambda c: c.registration_number)
    if manager is None:
        raise AssertionError("the demonstration has a manager")
    hall = {s.machine.slug: s.machine for s in timeline.seen(pool, OPERATOR)}
    start = Month.of(datetime.now(UTC), centre.zone).previous.period(centre.zone).start
    for day in range(1, 26, 3):
        for slug, company, hour in (
            ("mc-1", day % 2, 10),
            ("printer-1", 0, 13),
            ("printer-2", 1, 9),
        ):
            _work(
                pool,
                manager,
                hall[slug],
                companies[company],
                start + timedelta(days=day, hours=hour),
                day,
            )
    now = datetime.now(UTC)
    for slug, word in (
        ("mc-1", "running"),
        ("cmm-1", "idle"),
        ("printer-1", "running"),
        ("press-1", "setup"),
    ):
        (source,) = machines.sources(pool, manager, hall[slug])
        _say(
            pool, source, (now - timedelta(minutes=25), "idle"), (now - timedelta(minutes=9), word)
        )
    _draw(pool, machines.sources(pool, manager, hall["press-1"])[0], now)
    while metering.catch_up(pool):
        pass
    for days, code in ((3, "cnc-basic"), (10, "cmm-basic")):
        noon = datetime.combine((now + timedelta(days=days)).date(), time(14), centre.zone)
        courses.plan(
            pool,
            manager,
            centre=centre.id,
            code=code,
            period=Period(noon, noon + timedelta(hours=2)),
            place="2층 교육실",
            seats=8,
            valid_days=365,
            good="",
            now=now,
        )
    watts = [6.0] * 12 + [420.0] * 18
    plug(pool, centre.id, "hall-plug-7", *watts, since=now - timedelta(minutes=30))
    month = str(Month.of(start, centre.zone))
    made = [
        statement_drafts.draft(pool, manager, centre=centre.id, company=c.id, month=month)
        for c in companies
    ]
    statements.approve(pool, manager, made[0].id, accept=sorted(statement_blockers.ACCEPTABLE))
    statements.issue(pool, manager, made[0].id, close_early=False, now=now)
    customer_check.show(pool, manager, made[1].id, days=5, now=now)
    return centre, str(made[0].id), str(made[1].id)


def _work(
    pool: Pool, manager: Caller, machine: Machine, company: Company, start: datetime, day: int
) -> None:
    wanted = Request(
        machine=machine,
        company=company.id,
        period=Period(start, start + timedelta(hours=2)),
        override="전화 예약을 옮겨 적음",
    )
    bookings.request(pool, manager, wanted, now=datetime.now(UTC))
    (source,) = machines.sources(pool, manager, machine)
    _say(
        pool,
        source,
        (start - timedelta(minutes=40), "idle"),
        (start + timedelta(minutes=6), "setup"),
        (start + timedelta(minutes=17), "running"),
        (start + timedelta(minutes=58 + day), "idle"),
        (start + timedelta(minutes=70 + day), "running"),
        (start + timedelta(minutes=104 + day), "idle"),
    )
    if machine.kind == "3d-printer":
        drawn = [(16, 0.0), (40, 9_800.0 + 700 * day), (103 + day, 24_300.0 + 900 * day)]
        at = [(start + timedelta(minutes=n), millimetres) for n, millimetres in drawn]
        batch = [message(source, when, Channel.FILAMENT_MM, value) for when, value in at]
        ingestion.commit(pool, source.centre_id, batch, [])


def _draw(pool: Pool, source: Source, now: datetime) -> None:
    """A day of a meter's readings: it waits, and works for some stretches."""
    batch = []
    for minute in range(24 * 60):
        is_working = minute % 240 in range(60, 190) and minute % 17 not in {0, 1}
        watts = (2600.0 if is_working else 310.0) * (1 + 0.05 * sin(minute))
        at = now - timedelta(minutes=24 * 60 - minute)
        batch.append(message(source, at, Channel.POWER_WATTS, watts))
    ingestion.commit(pool, source.centre_id, batch, [])


def _say(pool: Pool, source: Source, *said: tuple[datetime, str]) -> None:
    batch = [message(source, at, Channel.ACTIVITY, word) for at, word in said]
    ingestion.commit(pool, source.centre_id, batch, [])


def take(
    context: BrowserContext,
    site: str,
    email: str,
    paths: tuple[str, ...],
    into: Path,
    size: str,
    language: str,
) -> None:
    """A picture of each page as the person sees it."""
    page = context.new_page()
    page.goto(f"{site}/login")
    page.fill("#email", email)
    page.fill("#password", demonstration.PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/login" not in url)
    for path in paths:
        page.goto(f"{site}{path}")
        page.wait_for_load_state("load")
        if path == "/desk":
            page.locator(".tiles").wait_for()
        page.evaluate("document.fonts.ready")
        if path == "/calendar" and size == "desk":
            page.locator("#calendar .ec-event").first.wait_for()
        if path.startswith("/calendar/beside") and size == "desk":
            # A draft in the lane of the day after tomorrow, with its card.
            page.locator(".week-day:nth-of-type(3) a.free").first.click()
            page.locator("#draft-card form").wait_for()
        if page.locator("#signals").count():
            page.locator("#signals[data-points]").wait_for(state="attached")
        plain = re.sub(r"s?/[0-9a-f-]{36}", "", path.split("?")[0])
        plain += "".join(mark for word, mark in ASKED.items() if word in path)
        name = plain.strip("/").replace("/", "-")
        page.screenshot(path=str(into / f"{name}.{size}.{language}.png"), full_page=True)
        if shown := SHOWN.get((plain, size, language)):
            width, height = SIZES[size]
            clip = FloatRect(x=0, y=0, width=width, height=height)
            page.screenshot(path=str(ROOT / f"docs/pictures/{shown}.png"), clip=clip)
    context.close()


def main(directory: str) -> int:
    """Take them all."""
    into = Path(directory)
    into.mkdir(parents=True, exist_ok=True)
    (ROOT / "docs/pictures").mkdir(exist_ok=True)
    with (
        own_database() as pool,
        tempfile.TemporaryDirectory() as logs,
        chromium(choice.STACK) as address,
        sync_playwright() as playwright,
    ):
        centre, statement, draft = fill(pool)
        tariff = tariffs.of_centre(pool, OPERATOR, centre.id)[0].id
        press = machines.find(pool, OPERATOR, "press-1", centre=centre.id)
        meter = machines.sources(pool, OPERATOR, press)[0].id
        (device,) = (d.id for d in onboarding.unknown(pool, OPERATOR, centre.id))
        start = (datetime.now(centre.zone) + timedelta(days=2)).replace(hour=10, minute=0)
        settings = Settings(
            database_url=str(pool.conninfo), insecure_cookies=True, points_per_minute=1_000_000
        )
        browser = playwright.chromium.connect_over_cdp(address)
        with serving(settings, Path(logs)) as site:
            for size, (width, height) in SIZES.items():
                for language, locale in LANGUAGES.items():
                    for email, paths in (
                        (
                            demonstration.LOGINS["member of 한솔정밀"],
                            (*MEMBER, f"/statements/{statement}"),
                        ),
                        (demonstration.LOGINS["manager"], MANAGER),
                    ):
                        context = browser.new_context(
                            viewport={"width": width, "height": height}, locale=locale
                        )
                        told = {
                            "start": f"{start:%Y-%m-%dT%H:%M}",
                            "tariff": f"/tariffs/{tariff}",
                            "like": tariff,
                            "meter": f"/machines/press-1/sources/{meter}/power",
                            "device": f"/inbox/{device}",
                            "draft": f"/statements/{draft}",
                            "month": Month.of(start, centre.zone).previous,
                        }
                        filled = tuple(p.format(**told) for p in paths)
                        take(context, site, email, filled, into, size, language)
    # A program for a person.
    print(f"{len(list(into.glob('*.png')))} pictures in {into}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
