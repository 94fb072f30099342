"""A device's password is shown once, and a lost one leads to another."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from gadong.core.domain.access import Caller, Role
from gadong.core.domain.problem import Conflict
from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.services import device_accounts, device_passwords
from gadong.people.services import members
from gadong.people.services.accounts import OPERATOR
from tests.support.page_fixtures import Visit
from tests.support.pages.pages import lines_of, text_of
from tests.support.world import PASSWORD, World


def another_manager(world: World) -> Caller:
    """Somebody else who works at the centre."""
    email = f"other@{world.centre.slug}.example"
    person = members.create_person(
        world.pool,
        OPERATOR,
        email=email,
        name="동료",
        password=PASSWORD,
        centre=world.centre.id,
        roles={Role.MANAGER},
    )
    world.emails[person.id] = email
    return Caller(person_id=person.id, staff=frozenset({(world.centre.id, Role.MANAGER)}))


def reissued(world: World, account_id: UUID, *, now: datetime) -> DeviceAccount:
    """Ask for a new password of the account at an instant."""
    account, _ = device_passwords.reissue(
        world.pool, world.manager, account_id, reason="분실", secret="s" * 32, now=now
    )
    return account


def test_a_page_that_is_reloaded_leads_to_a_new_password(visit: Visit, world: World) -> None:
    """The password is shown once; neither a reload nor a second try ends without a way on."""
    desk, centre = visit(None), world.centre.id
    desk.post("/devices/new/tasmota", data={"name": "plug-7"})
    (account,) = device_accounts.of_centre(world.pool, world.manager, centre)
    reloaded = desk.post("/devices/new/tasmota", data={"name": "plug-7"})
    assert (reloaded.status_code, reloaded.headers["location"]) == (
        303,
        f"/devices/{account.id}?kind=tasmota",
    )
    shown = text_of(desk.get(reloaded.headers["location"]).text)
    assert "이 기기는 계정이 이미 있습니다" in shown
    assert "비밀번호는 계정을 만들 때 한 번만 표시되었습니다" in shown
    assert "새 비밀번호 발급" in shown

    renew = f"/devices/{account.id}/password"
    renewed = desk.post(renew, data={"kind": "tasmota"})
    assert renewed.status_code == 200
    present, earlier = device_accounts.of_centre(world.pool, world.manager, centre)
    assert (earlier.id, earlier.reason) == (account.id, "새 비밀번호를 발급했습니다.")
    assert earlier.revoked_at is not None
    assert (present.publishes, present.hears, present.name, present.revoked_at) == (
        account.publishes,
        account.hears,
        account.name,
        None,
    )
    lines = lines_of(renewed.text)
    assert f"MqttUser {present.username}; MqttPassword " in lines
    assert "MqttPassword PASSWORD" not in lines
    assert "새 비밀번호 발급" not in text_of(renewed.text)

    # Clicked twice, it makes no third one, and the answer that the browser shows has the password.
    twice = desk.post(renew, data={"kind": "tasmota"})
    assert (twice.status_code, lines_of(twice.text)) == (200, lines)
    # Nobody else is shown it, nor is it shown later: the page leads to the present account.
    again = visit(another_manager(world)).post(renew, data={"kind": "tasmota"})
    assert (again.status_code, again.headers["location"]) == (
        303,
        f"/devices/{present.id}?kind=tasmota",
    )
    until = present.created_at + device_passwords.REPEATED_WITHIN
    tick = timedelta(microseconds=1)
    assert reissued(world, account.id, now=until - tick).id == present.id
    with pytest.raises(Conflict):
        reissued(world, account.id, now=until)
    cut_off = desk.get(f"/devices/{account.id}?kind=tasmota").text
    assert f'href="/devices/{present.id}?kind=tasmota"' in cut_off
    assert 'id="lines"' not in cut_off
    assert len(device_accounts.of_centre(world.pool, world.manager, centre)) == 2
    # Without its kind the page names those whose lines fit.
    assert f'href="/devices/{present.id}?kind=tasmota"' in desk.get(f"/devices/{present.id}").text
    device_accounts.revoke(world.pool, world.manager, present.id, reason="분실")
    assert desk.post(renew).status_code == 409


def test_who_only_sees_devices_issues_no_password(visit: Visit, world: World) -> None:
    visit(None).post("/devices/new/tasmota", data={"name": "plug-7"})
    (account,) = device_accounts.of_centre(world.pool, world.manager, world.centre.id)
    member = visit(world.member(world.company()))
    assert member.post(f"/devices/{account.id}/password").status_code == 404
