"""The time of the heaviest pages, and the delay of three hundred open boards.

    python -m bench.pages

Fifty machines with a week of bookings behind and before, a company with twelve statements. Each
page's time is beside that of /healthz, which does nothing; paint is Chromium's own, on this
machine.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import UUID

import httpx2
from playwright.sync_api import sync_playwright

from bench import first_visit
from bench.closing import last_months
from bench.database import milliseconds, own_database
from deploy.stack import choice
from deploy.stack.browser import chromium
from gadong.billing.domain.tariff_terms import TaxType
from gadong.billing.services import sales, statement_blockers, statement_drafts, statements
from gadong.booking.domain.booking import Booking, BookingState
from gadong.booking.services.rules import company_rule_book
from gadong.booking.store import bookings
from gadong.core.database import Pool, recorded_at, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import BookingId, PersonId, StatementId, new_id
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.services import metering
from gadong.metering.services.source_settings import MOST_POINTS
from gadong.settings import Settings
from tests.support.metering.metering import message
from tests.support.pages.browser import person
from tests.support.programs import serving
from tests.support.world import PASSWORD, World

MACHINES, A_DAY, BOARDS = 50, 5, 300
READINGS = """
    insert into signals (
        centre_id, machine_id, source_id, message_id, channel, event_time, time_rule, received_at,
        recorded_at, ordinal, qos, number, part
    )
    select %s, %s, %s, gen_random_uuid(), 'power_watts', at, 'device', at, at, 0, 1,
        500 + 400 * sin(extract(epoch from at) / 600) + 20 * random(), ''
    from (
        select %s::timestamptz + make_interval(secs => n) as at from generate_series(1, %s) n
    ) readings
"""
# When the page was first painted; a string to be evaluated again and again would break the policy
# of the pages.
PAINTED = """
    () => new Promise((done) => new PerformanceObserver((seen) => {
        const [painted] = seen.getEntriesByName("first-contentful-paint");
        if (painted) done(painted.startTime);
    }).observe({ type: "paint", buffered: true }))
"""
# The pauses between two frames, from now on.
FRAMES = """
    window.gaps = []; let last = performance.now();
    requestAnimationFrame(function next(now) {
        gaps.push(now - last); last = now; requestAnimationFrame(next);
    });
"""
PAGES = (
    "/machines",
    "/calendar",
    "/floor",
    "/bookings",
    "/statements",
    "/machines/mill-0",
    "/month",
)


def fill(pool: Pool) -> World:
    """A floor of fifty machines, and a company with a year of statements."""
    world = World.made(pool)
    world.tariff(kind="mill")
    companies = [world.company() for _ in range(4)]
    hall = [world.machine(f"mill-{n}") for n in range(MACHINES)]
    today = datetime.now(world.centre.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction(pool, SYSTEM) as tx:
        rules = company_rule_book.book(tx, world.centre.id, at=datetime.now(UTC)).rules(
            hall[0], datetime.now(UTC)
        )
        by: PersonId = world.manager.person_id
        for n, machine in enumerate(hall):
            for day in range(-7, 8):
                for slot in range(A_DAY):
                    start = today + timedelta(days=day, hours=4 * slot + n % 3)
                    booking = Booking(
                        id=BookingId(new_id()),
                        centre_id=world.centre.id,
                        machine_id=machine.id,
                        company_id=companies[(n + slot) % 4].id,
                        person_id=by,
                        period=Period(start, start + timedelta(hours=2)),
                        state=BookingState.CONFIRMED,
                    )
                    bookings.insert(
                        tx, booking, rules, by=by, recorded_at=recorded_at(tx, world.centre.id)
                    )
    for machine in hall:
        source = world.source(machine)
        batch = [
            message(source, today + timedelta(hours=h), Channel.ACTIVITY, word)
            for h, word in ((-9, "idle"), (-8, "running"), (-6, "idle"))
        ]
        ingestion.commit(pool, world.centre.id, batch, [])
    while metering.catch_up(pool):
        pass
    for month in last_months(12):
        at = month.period(world.centre.zone).start + timedelta(days=3)
        sales.add_line(
            pool,
            world.manager,
            centre=world.centre.id,
            company=companies[0].id,
            at=at,
            amount=50_000,
            tax_type=TaxType.TAXABLE_10,
            note="이용",
            now=datetime.now(UTC),
        )
        drafted = statement_drafts.draft(
            pool, world.manager, centre=world.centre.id, company=companies[0].id, month=str(month)
        )
        statements.approve(
            pool,
            world.manager,
            StatementId(UUID(str(drafted.id))),
            accept=sorted(statement_blockers.ACCEPTABLE),
        )
        statements.issue(pool, world.manager, drafted.id, close_early=False, now=datetime.now(UTC))
    return world


def log_in(client: httpx2.Client, world: World) -> None:
    """The manager, by the door."""
    client.post("/login", data={"email": world.manager_email, "password": PASSWORD})


def serve_pages(site: str, world: World) -> dict[str, str]:
    """Print each page's time and size; the session's cookies."""
    with httpx2.Client(base_url=site, headers={"accept": "text/html"}, timeout=60) as client:
        log_in(client, world)
        least = milliseconds(lambda: client.get("/healthz"))
        print(f"/healthz: {least:.1f} ms")
        for path in PAGES:
            answer = client.get(path)
            assert answer.status_code == 200, path
            # Bound by its default.
            spent = milliseconds(lambda path=path: client.get(path))  # type: ignore[misc]
            print(
                f"{path}: {spent:.0f} ms, {spent / least:.0f} x /healthz, "
                f"{len(answer.content) / 1024:.0f} KB"
            )
        return dict(client.cookies)


def paint(site: str, world: World) -> None:
    """Print when the heaviest pages are first painted and done, as the browser says."""
    with chromium(choice.STACK) as address, sync_playwright() as playwright:
        context = playwright.chromium.connect_over_cdp(address).new_context(
            viewport={"width": 1440, "height": 900}
        )
        page = context.new_page()
        page.goto(f"{site}/login")
        page.fill("#email", world.manager_email)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url(lambda url: "/login" not in url)
        for path in ("/calendar", "/floor", "/machines"):
            times = []
            for _ in range(5):
                page.goto(f"{site}{path}")
                times.append(page.evaluate(PAINTED))
            print(f"{path}: first painted after {median(times):.0f} ms")
        context.close()


def first_visits(site: str, world: World) -> None:
    """Print what a first visit of each main page costs, beside its budget."""
    member = world.member(world.companies[0])
    with chromium(choice.STACK) as address, sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(address)
        seen = first_visit.members(browser, site, world.emails[member.person_id])
        for one in (*seen, *first_visit.managers(browser, site, world.manager_email)):
            print(one.row)


def chart(site: str, world: World) -> None:
    """Print how long a chart of a hundred thousand readings takes to draw, and the longest pause
    while it is dragged over.
    """
    machine = world.machine("metered")
    source = world.source(
        machine,
        "tasmota",
        base="metered",
        thresholds=PowerThresholds(run_above=400, idle_below=200),
    )
    since = datetime.now(UTC) - timedelta(days=2)
    with world.pool.connection() as tx:
        tx.execute(READINGS, [source.centre_id, machine.id, source.id, since, MOST_POINTS])
    local = since.astimezone(world.centre.zone)
    path = f"/machines/metered/signals?start={local:%Y-%m-%dT%H:%M}&hours=168"
    with chromium(choice.STACK) as address, sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(address)
        with person(browser, site, world.manager_email) as page:
            page.evaluate(FRAMES)
            page.wait_for_timeout(1000)
            least = median(page.evaluate("gaps"))
            begun = perf_counter()
            page.goto(f"{site}{path}")
            page.locator("#signals[data-points]").wait_for(state="attached")
            whole = perf_counter() - begun
            points, took = (
                page.locator("#signals").get_attribute(f"data-{name}")
                for name in ("points", "took")
            )
            box = page.locator("#signals .u-over").last.bounding_box()
            assert box is not None
            page.evaluate(FRAMES)
            page.mouse.move(box["x"] + 100, box["y"] + 60)
            page.mouse.down()
            page.mouse.move(box["x"] + 400, box["y"] + 60, steps=60)
            page.mouse.up()
            page.wait_for_timeout(300)
            worst = max(page.evaluate("gaps"))
    print(
        f"{points} points: there after {whole * 1000:.0f} ms, of which drawing {took} ms; "
        "dragging over them and looking closer,"
        f" the longest frame took {worst:.0f} ms, {worst / least:.1f} x a frame of a page "
        "that rests"
    )


async def boards(site: str, world: World, cookies: dict[str, str]) -> None:
    """Open the boards, change one machine, and print when the first and the last of them knew."""
    machine = world.machine("late")
    source = world.source(machine)
    heard: list[float] = []
    ready = asyncio.Semaphore(0)

    async def watch(client: httpx2.AsyncClient) -> None:
        async with client.stream("GET", "/floor/events") as stream:
            seen = 0
            async for line in stream.aiter_lines():
                if line.startswith("id:"):
                    seen += 1
                    ready.release()
                if seen > 1:
                    heard.append(perf_counter())
                    return

    limits = httpx2.Limits(max_connections=BOARDS, max_keepalive_connections=BOARDS)
    async with httpx2.AsyncClient(
        base_url=site, cookies=cookies, limits=limits, timeout=120
    ) as client:
        begun = perf_counter()
        watching = [asyncio.create_task(watch(client)) for _ in range(BOARDS)]
        for _ in range(BOARDS):
            await ready.acquire()
        print(f"{BOARDS} boards open after {perf_counter() - begun:.1f} s")
        batch = [message(source, datetime.now(UTC), Channel.ACTIVITY, "running")]
        begun = perf_counter()
        await asyncio.to_thread(ingestion.commit, world.pool, world.centre.id, batch, [])
        await asyncio.to_thread(metering.catch_up, world.pool)
        committed = perf_counter() - begun
        await asyncio.gather(*watching)
    print(
        f"a change, committed in {committed * 1000:.0f} ms: on the first board after "
        f"{(min(heard) - begun) * 1000:.0f} ms,"
        f" on the last after {(max(heard) - begun) * 1000:.0f} ms"
    )


def main() -> int:
    """Measure."""
    with own_database() as pool, tempfile.TemporaryDirectory() as logs:
        world = fill(pool)
        settings = Settings(
            database_url=str(pool.conninfo), insecure_cookies=True, points_per_minute=1_000_000
        )
        with serving(settings, Path(logs)) as site:
            cookies = serve_pages(site, world)
            paint(site, world)
            first_visits(site, world)
            chart(site, world)
            asyncio.run(boards(site, world, cookies))
    return 0


if __name__ == "__main__":
    sys.exit(main())
