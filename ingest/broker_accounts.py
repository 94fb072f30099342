"""Accounts at the broker, made through Mosquitto's dynamic-security plugin while it runs.

Everything that is not granted here is denied. A centre's ingest has three accounts, every device
has one, and one account receives the refusals. The broker takes each client's name for its id
(deploy/mosquitto/mosquitto.conf). With ingest's id a device could delete a centre's queue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from gadong.dialects.domain.formats.sparkplug_node import NAMESPACE
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
from ingest.broker_address import Broker
from ingest.dynsec import BrokerAccount, TopicRule, apply_accounts


def provision(admin: Broker, secret: str, centres: Sequence[str]) -> None:
    """Make the missing or different accounts of every centre and of the refusals.

    Safe to repeat.
    """
    broker_accounts = [_account(secret, REFUSALS_ACCOUNT, [("subscribeLiteral", REFUSED_TOPIC)])]
    for centre in centres:
        live = live_account(centre)
        broker_accounts += [
            _account(
                secret,
                ingest_account(centre),
                [
                    ("subscribePattern", "#"),
                    ("subscribePattern", "$SYS/broker/publish/messages/dropped"),
                    ("unsubscribePattern", "#"),
                    # Questions to devices, below each device's topic; watermarks; the session's
                    # marks.
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
    apply_accounts(admin, broker_accounts)


def apply_device_accounts(
    admin: Broker, secret: str, accounts: Sequence[DeviceAccount], at: datetime
) -> None:
    """Bring devices' accounts into their state at an instant. Safe to repeat.

    Revoking or pausing an account ends the device's connection. A device publishes below its own
    topics and receives its own commands. Its client id is its name, so that it cannot pose as
    another. An unchanged account is left alone, and its device stays connected.
    """
    apply_accounts(
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
        + [
            (kind, topic)
            for topic in account.hears
            for kind in ("subscribePattern", "publishClientReceive")
        ],
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
    rules = {TopicRule(kind=kind, topic=topic, priority=1, allow=True) for kind, topic in allowed}
    rules |= {TopicRule(kind=kind, topic=topic, priority=0, allow=False) for kind, topic in refused}
    return BrokerAccount(
        name=name, password=password(secret, name), rules=frozenset(rules), is_disabled=is_disabled
    )


def _at_and_below(topic: str) -> tuple[str, ...]:
    return (topic,) if topic.endswith("#") else (topic, f"{topic}/#")
