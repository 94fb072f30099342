"""Two devices on a real broker: each publishes and hears what is its own, and no way leads to the
other's topics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from gadong.core.database import Pool, many, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict
from gadong.machines.domain.broker_accounts import (
    REFUSALS_ACCOUNT,
    REFUSED_TOPIC,
    ingest_account,
    password,
)
from gadong.machines.domain.device_account import Attempt, DeviceAccount, attempt
from gadong.machines.domain.machine import Machine
from gadong.machines.services import device_accounts
from ingest.broker_accounts import apply_device_accounts, provision
from ingest.broker_address import Broker
from ingest.supervisor import Supervisor
from tests.conftest import Stack, private_broker
from tests.support.ingest.devices import REFUSED, Device, applied
from tests.support.waiting import until
from tests.support.world import World

Enter = Callable[..., Device]


@pytest.fixture
def hall(world: World) -> list[Machine]:
    """Two machines, each with a plug of its own."""
    found = [world.machine(f"mill-{n}") for n in (1, 2)]
    for machine in found:
        world.source(machine, "gadong-json")
    return found


@pytest.fixture
def enter(
    stack: Stack, world: World, pool: Pool, hall: list[Machine], ingest: Supervisor
) -> Iterator[Enter]:
    """A device of one of the machines, with an account that the broker knows."""
    opened: list[Device] = []
    issued: dict[int, tuple[DeviceAccount, str]] = {}

    def come(number: int, **how: Any) -> Device:
        if number not in issued:
            (source,) = services_of(world, hall[number])
            issued[number] = device_accounts.issue(
                pool,
                world.manager,
                world.centre.id,
                name=f"mill {number}",
                source=source,
                secret=stack.secret,
                now=datetime.now(UTC),
            )
            until(lambda: applied(world, issued[number][0]), what="the broker knows it")
        device = Device(stack, *issued[number], **how)
        opened.append(device)
        return device

    yield come
    for device in opened:
        device.close()


def services_of(world: World, machine: Machine) -> list[Any]:
    """The ids of what is bound to a machine."""
    with transaction(world.pool, SYSTEM) as tx:
        rows = tx.execute("select id from sources where machine_id = %s", [machine.id]).fetchall()
    return [row["id"] for row in rows]


def recorded(world: World, device: Device) -> set[tuple[str, str]]:
    """Return a device's refused attempts on record."""
    found = device_accounts.refusals(
        world.pool, world.manager, world.centre.id, now=datetime.now(UTC)
    )
    return {(r.act, r.topic) for r in found if r.account_id == device.account.id and r.address}


def stored(pool: Pool) -> int:
    """Count the messages that are stored or quarantined."""
    with transaction(pool, SYSTEM) as tx:
        row = one(
            tx, "select (select count(*) from messages) + (select count(*) from quarantine) as n"
        )
    return row["n"] if row else 0


def set_aside(pool: Pool) -> int:
    """Count the quarantined messages."""
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select coalesce(sum(occurrences), 0) as n from quarantine")
    return row["n"] if row else 0


def test_no_way_leads_to_anothers_topics(
    world: World, pool: Pool, hall: list[Machine], enter: Enter, ingest: Supervisor
) -> None:
    thief, victim = enter(0), enter(1)
    own, theirs = (f"gadong/v1/{world.centre.slug}/{m.slug}" for m in hall)
    assert victim.subscribe(f"{theirs}/committed") < REFUSED
    # Every way to speak as the other, and into what rules the broker.
    spoken = (
        f"{theirs}/state",
        theirs,
        f"{theirs}/committed",
        "$CONTROL/dynamic-security/v1",
        "cmnd/x/Power",
        REFUSED_TOPIC,
    )
    for topic in spoken:
        assert thief.publish(topic) == REFUSED, topic
    assert thief.publish(f"{theirs}/state", retain=True) == REFUSED
    # Every way to hear what the other says or is told.
    listened = (
        f"{theirs}/state", f"{theirs}/#", f"gadong/v1/{world.centre.slug}/+/committed", "#",
        "+/+/+/+/+", "$SYS/#",
        f"$share/g/{theirs}/state", "$share/g/#", "$CONTROL/#", "spBv1.0/#", REFUSED_TOPIC,
        "$gadong/#",
    )  # fmt: skip
    for filter_ in listened:
        assert thief.subscribe(filter_) == REFUSED, filter_
    # By its last will: the broker takes the connection and never speaks it, or refuses it at once.
    ghost = enter(0, will=f"{theirs}/will")
    if ghost.answers["connect", 0] < REFUSED:
        ghost.drop()
    again = enter(0)
    assert again.subscribe(f"{own}/committed") < REFUSED
    assert again.publish(f"{own}/state") < REFUSED
    # Its own message is received (and not understood), so the silence before it was real.
    until(lambda: stored(pool) == 1, what="its own word arrives")
    # And each attempt is on record, by whom and from where, and told once.
    tried = {("publish", t) for t in (*spoken, f"{theirs}/will")} | {
        ("subscribe", f.removeprefix("$share/g/")) for f in listened
    }
    until(lambda: tried <= recorded(world, thief), what="each attempt is on record")
    with transaction(pool, SYSTEM) as tx:
        audited = many(tx, "select why, centre_id from audit_entries where what = 'refusals'")
        letters = many(
            tx, "select data ->> 'device' as device from outbox where kind = 'device.refused'"
        )
    assert {f"{act} {topic}" for act, topic in tried} <= {row["why"] for row in audited}
    assert {row["centre_id"] for row in audited} == {world.centre.id}
    assert letters == [{"device": thief.account.name}]
    assert recorded(world, victim) == set()
    with transaction(pool, SYSTEM) as tx:
        row = one(tx, "select topic from quarantine")
    assert row == {"topic": f"{own}/state"}
    assert victim.heard == []


@pytest.mark.servers
def test_who_tries_in_a_loop_is_told_of_a_few_times_and_counted(stack: Stack, world: World) -> None:
    if stack.root is None:
        pytest.skip(
            "needs the private stack: this test empties what a broker of its own tells at once"
        )
    with private_broker(stack.root) as broker:
        own = replace(stack, mqtt_url=broker.url, mqtt_admin_url=broker.admin_url)
        account, admin = world.device("hall/7"), Broker(broker.admin_url)
        provision(admin, stack.secret, [])
        apply_device_accounts(admin, stack.secret, [account], datetime.now(UTC))
        ear = Device(
            own,
            replace(account, username=REFUSALS_ACCOUNT),
            password(stack.secret, REFUSALS_ACCOUNT),
        )
        assert ear.subscribe(REFUSED_TOPIC) < REFUSED
        thief, begun = Device(own, account, password(stack.secret, account.username)), monotonic()

        def told() -> list[Attempt]:
            return [attempt(payload) for _, payload in ear.heard]

        for _ in range(20):
            assert thief.subscribe("the/same") == REFUSED
        for n in range(300):
            assert thief.subscribe(f"another/{n}") == REFUSED
        tried = 320

        def is_told_of_one_more() -> bool:
            nonlocal tried
            tried += 1
            assert thief.subscribe(f"later/{tried}") == REFUSED
            return any(a.topic.startswith("later/") for a in told())

        until(is_told_of_one_more, what="it may tell again")
        # Fifty at once, five a second; the same one once; and none is lost from the count.
        last = next(n for n, a in enumerate(told()) if a.topic.startswith("later/"))
        heard = told()[: last + 1]
        assert len(heard) <= 50 + 5 * (monotonic() - begun + 1)
        assert [a.topic for a in heard].count("the/same") == 1
        assert sum(1 + a.untold for a in heard) == int(heard[-1].topic.removeprefix("later/"))
        for device in (thief, ear):
            device.close()


def test_nobody_takes_over_anothers_session(
    world: World, pool: Pool, enter: Enter, hall: list[Machine], ingest: Supervisor
) -> None:
    victim = enter(1)
    for name in (ingest_account(world.centre.slug), victim.account.username, "admin"):
        thief = enter(0, calls_itself=name)
        assert thief.publish(f"gadong/v1/{world.centre.slug}/{hall[0].slug}/state") < REFUSED
        thief.close()
    until(lambda: stored(pool) >= 1, what="ingest hears as before")
    assert victim.endings == []
    assert victim.publish(f"gadong/v1/{world.centre.slug}/{hall[1].slug}/state") < REFUSED


def test_a_stolen_credential_is_cut_off_while_it_speaks(
    world: World, pool: Pool, stack: Stack, enter: Enter, ingest: Supervisor
) -> None:
    stolen, other = enter(0), enter(1)
    gone = device_accounts.revoke(pool, world.manager, stolen.account.id, reason="도난")
    until(lambda: applied(world, gone), what="the broker was told")
    until(lambda: stolen.endings, what="its session ended")
    back = Device(stack, stolen.account, stolen.password)
    assert back.answers["connect", 0] >= REFUSED - 1  # bad user name or password, or not authorised
    back.close()
    assert other.endings == []
    with pytest.raises(Conflict, match="revoked before"):
        device_accounts.revoke(pool, world.manager, stolen.account.id, reason="again")


@pytest.mark.parametrize("told", [{"device_messages_per_hour": 100}])
def test_a_device_that_floods_rests_a_while_and_loses_nothing(
    world: World, pool: Pool, hall: list[Machine], enter: Enter, ingest: Supervisor
) -> None:
    mad, other = enter(0), enter(1)
    own, theirs = (f"gadong/v1/{world.centre.slug}/{m.slug}/state" for m in hall)
    taken = mad.flood(own)
    assert taken > 100
    until(lambda: set_aside(pool) >= taken, within=90, what="what the broker took is set aside")
    with transaction(pool, SYSTEM) as tx:
        audited = one(tx, "select changed from audit_entries where 'paused_until' = any(changed)")
        letter = one(tx, "select data from outbox where kind = 'device.paused'")
    assert audited is not None
    assert letter is not None
    assert letter["data"]["machine"] == str(hall[0].id)
    assert (other.endings, other.publish(theirs) < REFUSED) == ([], True)
    resting = enter(0)
    assert resting.answers["connect", 0] >= REFUSED - 1
    with transaction(pool, SYSTEM) as tx:
        tx.execute(
            "update device_accounts set paused_until = clock_timestamp() where paused_until is "
            "not null"
        )
    until(
        lambda: (
            not any(
                a.paused_until
                for a in device_accounts.of_centre(pool, world.manager, world.centre.id)
            )
        )
    )
    assert enter(0).answers["connect", 0] < REFUSED - 1


def test_topics_of_another_centre_are_nobodys_to_give(
    world: World, pool: Pool, stack: Stack
) -> None:
    other = World.made(pool)
    other.source(other.machine("theirs"), "octoprint", base="octoPrint/theirs")

    def asked(topic: str) -> None:
        device_accounts.issue(
            pool,
            world.manager,
            world.centre.id,
            name="x",
            topics=[topic],
            secret=stack.secret,
            now=datetime.now(UTC),
        )

    for topic in ("octoPrint/theirs", "octoPrint", "octoPrint/theirs/event"):
        with pytest.raises(Conflict, match="Another centre"):
            asked(topic)
    asked("octoPrint/ours")
    # Nor to bind: the other's sources are looked at though they are not shown.
    with pytest.raises(Conflict, match="Another source"):
        world.source(world.machine("ours"), "octoprint", base="octoPrint/theirs")
