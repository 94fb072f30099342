"""A machine's signals over a span, and a meter's thresholds tried and set: by form, and drawn in a
browser.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

from playwright.sync_api import Browser

from gadong.core.database import Pool
from gadong.core.domain.period import Period
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine, Source
from gadong.machines.services import ingestion, machines
from gadong.machines.services.archive import restoring
from gadong.metering.services import metering, source_settings
from gadong.metering.services.source_settings import MOST_POINTS
from tests.support.metering.metering import message
from tests.support.operations.archive import MONTHS, archived, month_of, spoke
from tests.support.page_fixtures import Visit
from tests.support.pages.browser import person
from tests.support.pages.pages import text_of
from tests.support.world import World

NOON = (datetime.now(UTC) - timedelta(days=2)).replace(hour=3, minute=0, second=0, microsecond=0)
ROUGH = PowerThresholds(run_above=2000, idle_below=1500)


def plug(world: World) -> tuple[Machine, Source]:
    """A machine with a plug that is read by thresholds that nobody has looked at yet."""
    machine = world.machine("mill-1")
    return machine, world.source(machine, "tasmota", base="plug-1", thresholds=ROUGH)


def drew(world: World, source: Source) -> None:
    """Two hours: waiting at 60 W, working at 900 W from the first half hour to the end of the next,
    waiting again.
    """
    said = []
    for minute in range(120):
        watts = 900.0 + minute % 7 if 30 <= minute < 90 else 60.0 + minute % 3
        said.append(message(source, NOON + timedelta(minutes=minute), Channel.POWER_WATTS, watts))
    ingestion.commit(world.pool, world.centre.id, said, [])
    metering.catch_up(world.pool)


def local(world: World, at: datetime) -> str:
    """A time as a form holds it."""
    return f"{at.astimezone(world.centre.zone):%Y-%m-%dT%H:%M}"


def test_thresholds_are_proposed_tried_and_set(visit: Visit, world: World, pool: Pool) -> None:
    machine, source = plug(world)
    drew(world, source)
    desk = visit(None)
    assert f"/sources/{source.id}/power" in desk.get("/machines/mill-1").text
    path = f"/machines/mill-1/sources/{source.id}/power"
    span: dict[str, str | float] = {"start": local(world, NOON), "hours": 6}
    proposed = desk.get(path, params=span)
    assert proposed.status_code == 200
    said = text_of(proposed.text)
    assert "대기 중에는 보통 6" in said
    assert "작업 중에는 보통 9" in said or "작업 중에는 9" in said
    # With those at 800 W it would have run for the hour; with the rough ones it never ran.
    # Fmt: skip.
    limits: dict[str, str | float] = {
        "run_above": 800,
        "idle_below": 100,
        "off_below": 3,
        "run_after": 20,
        "idle_after": 120,
    }
    tried = text_of(desk.get(path, params={**span, **limits}).text)
    assert "▶ 가동 1시간" in tried
    rough = text_of(
        desk.get(path, params={**span, **limits, "run_above": 2000, "idle_below": 1500}).text
    )
    assert "▶ 가동" not in rough
    # Impossible values are named, and nothing is set.
    wrong = desk.post(path, data={**limits, "idle_below": 900})
    assert (wrong.status_code, "꺼짐 &lt; 대기 &lt; 가동" in wrong.text) == (409, True)
    assert desk.get(path, params={**span, "run_above": "much"}).status_code == 422
    (kept,) = machines.sources(pool, world.manager, machine)
    assert kept.metering.thresholds == ROUGH
    assert desk.post(path, data=limits).status_code == 303
    (kept,) = machines.sources(pool, world.manager, machine)
    assert kept.metering.thresholds == PowerThresholds(run_above=800, idle_below=100)
    empty = desk.get(path, params={"start": local(world, NOON - timedelta(days=9)), "hours": 1})
    assert "전력 값이 없습니다" in empty.text


def test_a_span_is_told_in_numbers_and_states(visit: Visit, world: World) -> None:
    _, source = plug(world)
    drew(world, source)
    desk = visit(None)
    shown = text_of(
        desk.get("/machines/mill-1/signals", params={"start": local(world, NOON), "hours": 1}).text
    )
    assert "전력(W)" in shown
    assert "60" in shown
    nothing = desk.get(
        "/machines/mill-1/signals", params={"start": "2020-01-01T00:00", "hours": 1}
    ).text
    assert "수치를 보낸 기기가 없습니다" in nothing
    page = desk.get("/machines/mill-1/signals", params={"start": local(world, NOON), "hours": 1})
    tables = [unescape(to) for to in re.findall(r'<a href="(/api/v1/[^"]+)"', page.text)]
    assert [desk.get(to).status_code for to in tables] == [200, 200]
    assert desk.get("/machines/mill-1/signals", params={"start": "soon"}).status_code == 422
    assert visit(world.member(world.company())).get("/machines/mill-1/signals").status_code == 403


def test_a_span_of_an_archived_month_says_where_its_signals_lie(
    visit: Visit, world: World, pool: Pool, tmp_path: Path
) -> None:
    spoke(world, MONTHS + 1)
    month = month_of(world, MONTHS + 1)
    start = month.period(world.centre.zone).start
    desk = visit(None)
    span: dict[str, str | int] = {"start": local(world, start), "hours": 24}
    said = f"{month}의 신호는 보관 파일에 있습니다"
    assert said not in desk.get("/machines/mill-1/signals", params=span).text
    assert archived(pool, tmp_path).dropped > 0
    assert said in desk.get("/machines/mill-1/signals", params=span).text
    until = datetime.now(UTC) + timedelta(days=1)
    assert restoring.restore(pool, world.centre, month, until=until) > 0
    assert said not in desk.get("/machines/mill-1/signals", params=span).text


def test_more_than_is_drawn_is_the_least_and_the_most_of_each_step(world: World) -> None:
    machine, source = plug(world)
    _fill(world, source, 3)
    period = Period(NOON + timedelta(hours=3), NOON + timedelta(hours=3, minutes=2))
    whole = source_settings.drawn(world.pool, world.manager, machine, period)
    (all_,) = whole.series
    assert (whole.is_reduced, len(all_.at), all_.least == all_.most) == (False, 120, True)
    part = source_settings.drawn(world.pool, world.manager, machine, period, most=40)
    (few,) = part.series
    assert (part.is_reduced, len(few.at)) == (True, 20)
    assert (min(few.least), max(few.most)) == (min(all_.least), max(all_.most))
    assert all(low < high for low, high in zip(few.least, few.most, strict=True))


def _fill(world: World, source: Source, hours: int, *, count: int = 120) -> None:
    """A reading a second from some hours on."""
    with world.pool.connection() as tx:
        tx.execute(
            "insert into signals (centre_id, machine_id, source_id, message_id, channel, "
            "event_time, time_rule,"
            " received_at, recorded_at, ordinal, qos, number, part)"
            " select %(centre)s, %(machine)s, %(source)s, gen_random_uuid(), 'power_watts', at, "
            "'device', at, at, 0, 1,"
            " 500 + 400 * sin(extract(epoch from at) / 60) + 20 * (extract(epoch from at)::bigint "
            "%% 5), ''"
            " from generate_series(%(since)s::timestamptz, %(since)s::timestamptz + "
            "make_interval(secs => %(count)s - 1),"
            " interval '1 second') at",
            {
                "centre": source.centre_id,
                "machine": source.machine_id,
                "source": source.id,
                "since": NOON + timedelta(hours=hours),
                "count": count,
            },
        )


# The colour of a chart's canvas at a part of its width, and a colour of the page.
PAINTED = """part => {
  const chart = document.querySelector("#signals .uplot");
  const canvas = chart.querySelector("canvas");
  const [all, over] = [canvas, chart.querySelector(".u-over")].map(
    (one) => one.getBoundingClientRect());
  const x = (over.x - all.x + over.width * part) * devicePixelRatio;
  const y = (over.y - all.y + over.height / 2) * devicePixelRatio;
  return [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
}"""
TOKEN = """name => {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  return getComputedStyle(probe).color.match(/\\d+/g).map(Number);
}"""


def test_states_are_a_ribbon_over_the_axis_of_the_numbers(
    browser: Browser, site: str, world: World
) -> None:
    machine = world.machine("mill-1")
    limits = PowerThresholds(run_above=800, idle_below=100)
    drew(world, world.source(machine, "tasmota", base="plug-1", thresholds=limits))
    with person(browser, site, world.manager_email, but="Canvas2D") as page:
        # Two hours were read of six that are shown.
        start = local(world, NOON - timedelta(hours=1))
        page.goto(f"{site}/machines/mill-1/signals?start={start}&hours=6")
        page.locator("#signals[data-points]").wait_for(state="attached")
        assert page.evaluate(PAINTED, 2 / 6) == page.evaluate(TOKEN, "--g-running")
        assert page.evaluate(PAINTED, 1.3 / 6) == page.evaluate(TOKEN, "--g-rest")
        ribbon, numbers = (page.locator("#signals .u-over").nth(n).bounding_box() for n in (0, 1))
        assert ribbon
        assert numbers
        assert (ribbon["x"], ribbon["width"]) == (numbers["x"], numbers["width"])
        assert "가동" in page.locator(".state-key").inner_text()


def test_a_hundred_thousand_points_are_drawn_and_the_lines_move(
    browser: Browser, site: str, world: World
) -> None:
    _, source = plug(world)
    _fill(world, source, 0, count=MOST_POINTS)
    path = f"{site}/machines/mill-1/signals?start={local(world, NOON)}&hours=168"
    with person(browser, site, world.manager_email) as page:
        page.goto(path)
        page.locator("#signals[data-points]").wait_for(state="attached")
        assert page.locator("#signals").get_attribute("data-points") == str(MOST_POINTS)
        canvas = page.locator("#signals .u-over").last
        box = canvas.bounding_box()
        assert box is not None
        whole = page.locator("#signals canvas").last.screenshot()
        page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 50)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 50, steps=10)
        page.mouse.up()
        assert page.locator("#signals canvas").last.screenshot() != whole
        page.goto(
            f"{site}/machines/mill-1/sources/{source.id}/power?start={local(world, NOON)}&hours=24"
        )
        page.locator("#signals[data-points]").wait_for(state="attached")
        before = page.locator("#signals canvas").screenshot()
        page.fill("#run_above", "450")
        assert page.locator("#signals canvas").screenshot() != before
