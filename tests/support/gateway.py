"""An account at the broker for a test's devices: one that may stand for any of them."""

from __future__ import annotations

from datetime import UTC, datetime

from paho.mqtt.client import Client

from gadong.core.domain.ids import CentreId, new_id
from gadong.machines.domain.broker_accounts import password
from gadong.machines.domain.device_account import DeviceAccount
from ingest.broker_accounts import apply_device_accounts
from ingest.broker_address import Broker
from ingest.dynsec import NotProvisioned
from tests.support.waiting import until


def gateway(admin_url: str, secret: str, *, hears: tuple[str, ...] = ("#",)) -> tuple[str, str]:
    """Its name and password; made as ingest makes a device's, but for every topic."""
    account_id = new_id()
    account = DeviceAccount(
        id=account_id,
        centre_id=CentreId(new_id()),
        source_id=None,
        name="a test's devices",
        username=f"d-{account_id.hex[-12:]}",
        publishes=("#",),
        hears=hears,
        created_at=datetime.now(UTC),
    )

    def made() -> bool:
        try:
            apply_device_accounts(Broker(admin_url), secret, [account], datetime.now(UTC))
        except (
            NotProvisioned
        ):  # the programs under test administrate the same broker, one at a time
            return False
        return True

    until(made, what="the broker knows a test's devices")
    return account.username, password(secret, account.username)


def let_go(client: Client) -> None:
    """Say good-bye, and drop the callbacks.

    paho closes the sockets by which it wakes itself with the last reference to the client. In a
    circle of client and callbacks that is whenever Python collects it, in any other test.
    """
    client.disconnect()
    client.loop_stop()
    client.on_connect = client.on_disconnect = None
    client.on_message = client.on_publish = client.on_subscribe = None
