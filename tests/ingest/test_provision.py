"""The broker's accounts are changed where they differ from what is wanted, and nobody else's
connection ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest

from gadong.core.database import Pool
from gadong.core.domain.ids import CentreId, new_id
from gadong.machines.domain.broker_accounts import password
from gadong.machines.domain.device_account import DeviceAccount
from gadong.machines.services import device_accounts
from gadong.settings import Settings
from ingest.broker_accounts import apply_device_accounts, provision
from ingest.broker_address import Broker
from ingest.dynsec import BrokerAccount, TopicRule, apply_accounts
from ingest.supervisor import Supervisor
from tests.conftest import Stack
from tests.support.ingest.devices import REFUSED, Device
from tests.support.waiting import until
from tests.support.world import World

NOW = datetime.now(UTC)


def account(name: str) -> DeviceAccount:
    """An account of a device that publishes below its own name."""
    account_id = new_id()
    return DeviceAccount(
        id=account_id,
        centre_id=CentreId(new_id()),
        source_id=None,
        name=name,
        username=f"d-{account_id.hex[-12:]}",
        publishes=(name,),
        hears=(f"{name}/committed",),
        created_at=NOW,
    )


@pytest.fixture
def two(stack: Stack) -> Iterator[tuple[Device, Device]]:
    """Two devices that are connected."""
    own, other = account("own"), account("other")
    apply_device_accounts(Broker(stack.mqtt_admin_url), stack.secret, [own, other], NOW)
    connected = [Device(stack, one, password(stack.secret, one.username)) for one in (own, other)]
    yield connected[0], connected[1]
    for device in connected:
        device.close()


def test_telling_the_broker_the_same_again_changes_nothing(
    stack: Stack, two: tuple[Device, Device]
) -> None:
    admin, told = Broker(stack.mqtt_admin_url), [device.account for device in two]
    apply_device_accounts(admin, stack.secret, told, NOW + timedelta(days=1))
    provision(admin, stack.secret, ["centre-1"])
    provision(admin, stack.secret, ["centre-1"])
    assert all(device.publish(device.account.publishes[0]) < REFUSED for device in two)
    assert [device.endings for device in two] == [[], []]


@pytest.mark.parametrize(
    "change",
    [
        lambda a: replace(a, paused_until=NOW + timedelta(minutes=1)),
        lambda a: replace(a, revoked_at=NOW),
    ],
    ids=["rests", "revoked"],
)
def test_the_account_that_differs_is_changed_and_no_other(
    stack: Stack, two: tuple[Device, Device], change: Callable[[DeviceAccount], DeviceAccount]
) -> None:
    own, other = two
    apply_device_accounts(
        Broker(stack.mqtt_admin_url), stack.secret, [change(own.account), other.account], NOW
    )
    until(lambda: own.endings, what="the changed account's connection ended")
    assert other.publish("other") < REFUSED
    assert other.endings == []


@pytest.mark.parametrize(
    ("publishes", "allowed"),
    [(("own", "more"), {"own", "more"}), (("more",), {"more"}), ((), set())],
    ids=["one more", "another", "none"],
)
def test_other_topics_count_at_once_and_end_no_connection(
    stack: Stack, two: tuple[Device, Device], publishes: tuple[str, ...], allowed: set[str]
) -> None:
    own, other = two
    changed = replace(own.account, publishes=publishes)
    apply_device_accounts(Broker(stack.mqtt_admin_url), stack.secret, [changed, other.account], NOW)
    assert {topic for topic in ("own", "more", "other") if own.publish(topic) < REFUSED} == allowed
    assert (own.endings, other.endings) == ([], [])


def test_another_secret_changes_every_password(stack: Stack, two: tuple[Device, Device]) -> None:
    told = [device.account for device in two]
    apply_device_accounts(Broker(stack.mqtt_admin_url), "another secret", told, NOW)
    until(lambda: all(device.endings for device in two), what="both connections ended")
    for one, secret, is_right in (
        (told[0], stack.secret, False),
        (told[0], "another secret", True),
    ):
        device = Device(stack, one, password(secret, one.username))
        assert (device.answers["connect", 0] == 0) is is_right
        device.close()


def test_each_difference_takes_the_commands_that_mend_it(stack: Stack) -> None:
    admin, name = Broker(stack.mqtt_admin_url), f"x-{new_id().hex[-12:]}"
    rule = TopicRule(kind="publishClientSend", topic="a", priority=1, allow=True)
    wanted = BrokerAccount(name=name, password="one", rules=frozenset({rule}), is_disabled=False)
    steps = [
        (wanted, 2),
        (wanted, 0),
        (replace(wanted, rules=frozenset({replace(rule, allow=False)})), 1),
        (replace(wanted, rules=frozenset({replace(rule, priority=2)})), 1),
        (replace(wanted, rules=frozenset()), 1),
        (replace(wanted, rules=frozenset(), password="two"), 1),
        (replace(wanted, rules=frozenset(), password="two", is_disabled=True), 1),
        (replace(wanted, rules=frozenset(), password="two", is_disabled=None), 0),
        (wanted, 3),
        (wanted, 0),
    ]
    assert [apply_accounts(admin, [one]) for one, _ in steps] == [commands for _, commands in steps]
    apply_accounts(admin, [], gone=[name])
    apply_accounts(admin, [], gone=[name])
    assert apply_accounts(admin, [wanted]) == 2


def test_more_accounts_than_are_asked_for_at_once(stack: Stack) -> None:
    admin = Broker(stack.mqtt_admin_url)
    names = [f"many-{new_id().hex[-12:]}" for _ in range(101)]
    wanted = [BrokerAccount(name=name, password=name, rules=frozenset()) for name in names]
    assert (apply_accounts(admin, wanted), apply_accounts(admin, wanted)) == (202, 0)
    apply_accounts(admin, [], gone=names)


def test_devices_stay_connected_when_ingest_starts(
    stack: Stack, world: World, pool: Pool, settings: Callable[..., Settings]
) -> None:
    issued, secret = device_accounts.issue(
        pool,
        world.manager,
        world.centre.id,
        name="a gateway",
        topics=["hall/7"],
        secret=stack.secret,
        now=NOW,
    )
    with _running(Supervisor(pool, settings())):
        until(lambda: _applied_at(world, issued) is not None, what="the broker knows it")
        device = Device(stack, issued, secret)
    first = _applied_at(world, issued)
    with _running(Supervisor(pool, settings())):
        until(
            lambda: (_applied_at(world, issued) or NOW) > (first or NOW),
            what="the next start told all",
        )
        assert device.publish("hall/7") < REFUSED
        assert device.endings == []
    # An account that differs is set right, and its connection ends.
    apply_device_accounts(
        Broker(stack.mqtt_admin_url),
        "another secret",
        [replace(issued, publishes=("hall/8",))],
        NOW,
    )
    until(lambda: device.endings, what="its connection ended")
    with _running(Supervisor(pool, settings())):
        until(lambda: _may(stack, issued, secret), what="it is set right")
    device.close()


class _running:  # noqa: N801  # used as a with-statement's word
    """Ingest in a thread while the block lasts."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._thread = Thread(target=supervisor.run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._supervisor.stopping.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


def _applied_at(world: World, issued: DeviceAccount) -> datetime | None:
    accounts = device_accounts.of_centre(world.pool, world.manager, world.centre.id)
    return next(a.applied_at for a in accounts if a.id == issued.id)


def _may(stack: Stack, issued: DeviceAccount, secret: str) -> bool:
    device = Device(stack, issued, secret)
    is_right = device.answers["connect", 0] == 0 and device.publish("hall/7") < REFUSED
    device.close()
    return is_right
