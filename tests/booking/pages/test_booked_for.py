"""The form at the desk books for somebody without a login.

A booking's page says anew what it is for.
"""

from __future__ import annotations

from uuid import uuid4

from tests.support.booking.booked_for import ASKED
from tests.support.booking.bookings import TOMORROW
from tests.support.page_fixtures import Visit
from tests.support.world import World


def test_a_manager_books_for_somebody_by_name_and_edits_it(visit: Visit, world: World) -> None:
    machine, company = (
        world.machine(questions=ASKED, usage_modes=["self", "assisted"]),
        world.company(),
    )
    manager = visit(None)
    form = {
        "company": str(company.id),
        "person_name": "김 전화",
        "start": f"{TOMORROW.astimezone(world.ZONE):%Y-%m-%dT%H:%M}",
        "minutes": "60",
        "answer.material": "AL",
        "key": uuid4().hex,
    }
    assert 'name="person_name"' in manager.get(f"/machines/{machine.slug}/book").text
    unnamed = manager.post(f"/machines/{machine.slug}/book", data={**form, "person_name": ""})
    assert unnamed.status_code == 409
    assert "이 예약을 이용할 업체의 담당자를 선택하거나" in unnamed.text
    made = manager.post(f"/machines/{machine.slug}/book", data=form)
    assert made.status_code == 303, made.text
    path = made.headers["location"]
    page = manager.get(path).text
    assert "김 전화" in page
    edited = manager.post(
        f"{path}/edit",
        data={
            "version": "1",
            "purpose": "새 지그",
            "usage_mode": "assisted",
            "answer.material": "SUS",
        },
    )
    assert (edited.status_code, edited.headers["location"]) == (303, path)
    page = manager.get(path).text
    assert "새 지그" in page
    assert "SUS" in page
    refused = manager.post(f"{path}/edit", data={"version": "1", "purpose": "늦음"})
    assert refused.status_code == 409
    # The same person is chosen from the list the next time.
    again = manager.get(f"/machines/{machine.slug}/book", params={"company": str(company.id)})
    assert "김 전화 (계정 없음)" in again.text
