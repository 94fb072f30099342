"""The broker's accounts, made through Mosquitto's dynamic-security plugin while the broker runs.

Everything is denied that is not given here. A centre's ingest has three accounts, every device one of its own, and one hears
what was refused. The
broker takes each client's name for its id (deploy/mosquitto/mosquitto.conf): with ingest's id a device could wipe a
centre's queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from gadong.dialects.domain.formats.sparkplug import NAMESPACE
from gadong.machines.domain.broker_accounts import (
    REFUSALS_ACCOUNT,
    REFUSED_TOPIC,
    inbox_account,
    ingest_account,
    live_account,
    mark_topic,
    password,
)
from gadong.machines.domain.device_account import DeviceAccount
from ingest.connection import Broker
from ingest.dynsec import BrokerAccount, Rule, bring


def provision(admin: Broker, secret: str, centres: Sequence[str]) -> None:
    """Make the accounts of every centre, and the one that hears refusals, where they differ. Safe to repeat."""
    wanted = [_account(secret, REFUSALS_ACCOUNT, [("subscribeLiteral", REFUSED_TOPIC)])]
    for centre in centres:
        live = live_account(centre)
        wanted += [
            _account(
                secret,
                ingest_account(centre),
                [
                    ("subscribePattern", "#"),
                    ("subscribePattern", "$SYS/broker/publish/messages/dropped"),
                    ("unsubscribePattern", "#"),
                    # Questions to devices, below whatever topic each listens to; watermarks; the session's marks.
                    ("publishClientSend", "#"),
                ],
            ),
            _account(
                secret,
                live,
                [
                    ("subscribePattern", f"{NAMESPACE}/#"),
                    ("subscribeLiteral", mark_topic(centre)),
                    ("publishClientSend", f"{NAMESPACE}/+/NCMD/#"),
                    ("publishClientSend", f"{NAMESPACE}/STATE/{live}"),
                ],
            ),
            _account(secret, inbox_account(centre), [("subscribePattern", "#")]),
        ]
    bring(admin, wanted)


def tell(admin: Broker, secret: str, accounts: Sequence[DeviceAccount], at: datetime) -> None:
    """Make devices' accounts what they are to be at an instant; one that is revoked or paused ends in mid-session.

    A device publishes below its own topics and hears what it is told there; its client id is its name, so that it can be
    nobody else. Safe to repeat: an account that is as it should be is left alone, and its device stays connected.
    """
    bring(
        admin,
        [_device(secret, account, at) for account in accounts if not account.revoked_at],
        gone=[account.username for account in accounts if account.revoked_at],
    )


def _device(secret: str, account: DeviceAccount, at: datetime) -> BrokerAccount:
    own = {filter_ for topic in account.publishes for filter_ in _at_and_below(topic)}
    return _account(
        secret,
        account.username,
        [("publishClientSend", topic) for topic in own]
        + [(kind, topic) for topic in account.hears for kind in ("subscribePattern", "publishClientReceive")],
        refused=[("publishClientReceive", "#")],
        is_disabled=account.is_paused(at),
    )


def _account(
    secret: str,
    name: str,
    allowed: Iterable[tuple[str, str]],
    *,
    refused: Iterable[tuple[str, str]] = (),
    is_disabled: bool | None = None,
) -> BrokerAccount:
    rules = {Rule(kind=kind, topic=topic, priority=1, allow=True) for kind, topic in allowed}
    rules |= {Rule(kind=kind, topic=topic, priority=0, allow=False) for kind, topic in refused}
    return BrokerAccount(
        name=name, password=password(secret, name), rules=frozenset(rules), is_disabled=is_disabled
    )


def _at_and_below(topic: str) -> tuple[str, ...]:
    return (topic,) if topic.endswith("#") else (topic, f"{topic}/#")
