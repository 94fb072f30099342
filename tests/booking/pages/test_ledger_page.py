"""The pages of the ledger: a day's entries, a pasted table with its bad lines, and taking an entry
back.
"""

from __future__ import annotations

from datetime import timedelta

from gadong.machines.domain.observation import Observed
from gadong.machines.services import observations
from gadong.machines.services.machines import BEGINNING
from tests.support.billing.lines_by_their_own_day import at
from tests.support.page_fixtures import Visit
from tests.support.world import World

FIELD = "%Y-%m-%dT%H:%M"


def test_a_day_is_written_down_and_an_entry_is_taken_back(world: World, visit: Visit) -> None:
    company = world.company(name="한솔정밀")
    bench = world.machine("bench-1", kind="bench")
    manager = visit(None)
    noon = at(world, 12).astimezone(world.ZONE)
    said = {"machine": "bench-1", "observed": "ledger", "since": f"{noon:%Y-%m}-01"}
    assert manager.post("/ledger/observed", data=said).status_code == 303
    use = {
        "machine": bench.slug,
        "company": str(company.id),
        "start": noon.strftime(FIELD),
        "end": (noon + timedelta(hours=1)).strftime(FIELD),
        "reason": "표면 측정",
    }
    made = manager.post("/ledger", data=use)
    assert (made.status_code, made.headers["location"]) == (303, f"/ledger?day={noon:%Y-%m-%d}")
    shown = manager.get(made.headers["location"]).text
    assert "표면 측정" in shown
    assert "나중에 적음" in shown
    again = manager.post("/ledger", data=use)
    assert again.status_code == 409
    # The instant is on the centre's clock.
    assert f"다른 장부 기록과 시간이 겹칩니다({noon:%m/%d}" in again.text
    assert f"{noon:%H:%M})" in again.text
    entry = shown.split('href="/ledger/')[1].split('"')[0]
    back = manager.post(f"/ledger/{entry}/reversal", data={"reason": "틀림"})
    assert (back.status_code, back.headers["location"]) == (303, f"/ledger/{entry}")
    assert "회수" in manager.get(f"/ledger/{entry}").text
    english = manager.get(f"/ledger/{entry}", headers={"accept-language": "en"}).text
    assert "taken back" in english


def test_a_pasted_table_is_shown_line_by_line_and_bad_lines_stay_to_be_mended(
    world: World, visit: Visit
) -> None:
    world.company(name="한솔정밀")
    bench = world.machine("bench-1", kind="bench")
    observations.declare(world.pool, world.manager, bench.id, Observed.LEDGER, since=BEGINNING)
    day = at(world, 12).astimezone(world.ZONE).date()
    head = "장비\t기업\t날짜\t시작\t종료\t사유"
    good = f"bench-1\t한솔정밀\t{day}\t9:00\t10:00\t측정"
    bad = f"bench-1\t없는 회사\t{day}\t10:00\t11:00\t측정"
    manager = visit(None)
    shown = manager.post("/ledger/table", data={"text": f"{head}\n{good}\n{bad}", "do": "preview"})
    assert shown.status_code == 200
    assert "2줄 중 1줄을 적을 수 있습니다" in shown.text
    assert "센터의 기업 중에 &#39;없는 회사&#39;가 없습니다" in shown.text
    assert "이 날의 기록이 없습니다" in manager.get(f"/ledger?day={day}").text
    kept = manager.post("/ledger/table", data={"text": f"{head}\n{good}\n{bad}", "do": "keep_good"})
    assert "1건을 장부에 적었습니다." in kept.text
    left = kept.text.split("<textarea")[1].split("</textarea>")[0]
    assert bad in left
    assert good not in left
    mended = f"{head}\n{bad.replace('없는 회사', '한솔정밀')}"
    done = manager.post("/ledger/table", data={"text": mended, "do": "keep"})
    assert done.status_code == 303
    day_shown = manager.get(f"/ledger?day={day}").text
    assert day_shown.count("표에서") == 2


def test_an_entry_names_who_used_the_machine_and_whose_booking_it_was(
    world: World, visit: Visit
) -> None:
    company = world.company(name="한솔정밀")
    member = world.member(company)
    bench = world.machine("bench-1", kind="bench")
    observations.declare(world.pool, world.manager, bench.id, Observed.LEDGER, since=BEGINNING)
    noon = at(world, 12).astimezone(world.ZONE)
    booking = world.booked(bench, company, noon)
    manager = visit(None)
    day = manager.get(f"/ledger?day={noon:%Y-%m-%d}").text
    filled = f"/ledger?day={noon:%Y-%m-%d}&booking={booking.id}"
    assert f'href="{filled.replace("&", "&amp;")}#use"' in day
    assert f'name="booking" value="{booking.id}"' in manager.get(filled).text
    use = {
        "machine": bench.slug,
        "company": str(company.id),
        "person": "김없음",
        "booking": str(booking.id),
        "start": noon.strftime(FIELD),
        "end": (noon + timedelta(hours=1)).strftime(FIELD),
        "reason": "표면 측정",
    }
    refused = manager.post("/ledger", data=use)
    assert refused.status_code == 409
    assert "&#39;김없음&#39;이 없습니다" in refused.text
    assert f'name="booking" value="{booking.id}"' in refused.text
    assert (
        manager.post("/ledger", data={**use, "person": world.emails[member.person_id]}).status_code
        == 303
    )
    shown = manager.get(f"/ledger?day={noon:%Y-%m-%d}").text
    assert "한솔정밀 · 이용자" in shown
    entry_id = shown.split('href="/ledger/')[1].split('"')[0]
    entry = manager.get(f"/ledger/{entry_id}").text
    assert f'href="/bookings/{booking.id}"' in entry
    assert "<dd>이용자</dd>" in entry
    assert "<dd>한솔정밀</dd>" in entry


def test_samples_are_counted_on_the_page_and_a_word_is_no_number(
    world: World, visit: Visit
) -> None:
    bench = world.machine("bench-1", kind="bench")
    observations.declare(world.pool, world.manager, bench.id, Observed.LEDGER, since=BEGINNING)
    noon = at(world, 12).astimezone(world.ZONE)
    use = {
        "machine": bench.slug,
        "start": noon.strftime(FIELD),
        "end": (noon + timedelta(hours=1)).strftime(FIELD),
        "reason": "표면 측정",
    }
    manager = visit(None)
    for wrong in ("많이", "-1", "1,000,001"):
        refused = manager.post("/ledger", data={**use, "samples": wrong})
        assert (refused.status_code, "시료 수가 아닙니다" in refused.text) == (409, True)
        assert f'value="{wrong}"' in refused.text
    assert manager.post("/ledger", data={**use, "samples": "12"}).status_code == 303
    shown = manager.get(f"/ledger?day={noon:%Y-%m-%d}").text
    assert "시료 12개" in shown
    entry_id = shown.split('href="/ledger/')[1].split('"')[0]
    assert "<dt>시료 수</dt><dd>12</dd>" in manager.get(f"/ledger/{entry_id}").text
