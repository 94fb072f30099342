"""The broker's accounts, made through Mosquitto's dynamic-security plugin while the broker runs.

Everything is denied that is not given here. A centre's ingest has three accounts, every device one of its own, and one hears
what was refused. The
broker takes each client's name for its id (deploy/mosquitto/mosquitto.conf): with ingest's id a device could wipe a
centre's queue.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from gadong.domain.broker import (
    REFUSALS_ACCOUNT,
    REFUSED_TOPIC,
    inbox_account,
    ingest_account,
    live_account,
    mark_topic,
    password,
)
from gadong.domain.device import DeviceAccount
from gadong.domain.dialects.sparkplug import NAMESPACE
from ingest.connection import Broker

log = logging.getLogger(__name__)

CONTROL = "$CONTROL/dynamic-security/v1"
ANSWER_WITHIN = 10.0


class NotProvisioned(RuntimeError):
    """The broker's administrator could not do what was asked; the message says what."""


def provision(admin: Broker, secret: str, centres: list[str]) -> None:
    """Make sure that every centre's accounts, and the one that hears refusals, exist with their roles and derived passwords. Safe to repeat."""
    commands = _role(REFUSALS_ACCOUNT, [("subscribeLiteral", REFUSED_TOPIC)])
    commands += _client(REFUSALS_ACCOUNT, password(secret, REFUSALS_ACCOUNT), client_id=REFUSALS_ACCOUNT)
    for centre in centres:
        ingest, live, inbox = ingest_account(centre), live_account(centre), inbox_account(centre)
        watermarks = f"gadong/v1/{centre}/+/committed"
        commands += _role(
            ingest,
            [
                ("subscribePattern", "#"),
                ("subscribePattern", "$SYS/broker/publish/messages/dropped"),
                ("unsubscribePattern", "#"),
                ("publishClientSend", watermarks),
                # Questions to devices, below whatever topic each listens to.
                ("publishClientSend", "#"),
            ],
        )
        commands += _role(
            live,
            [
                ("subscribePattern", f"{NAMESPACE}/#"),
                ("subscribeLiteral", mark_topic(centre)),
                ("publishClientSend", f"{NAMESPACE}/+/NCMD/#"),
                ("publishClientSend", f"{NAMESPACE}/STATE/{live}"),
            ],
        )
        commands += _client(ingest, password(secret, ingest), client_id=ingest)
        commands += _role(inbox, [("subscribePattern", "#")])
        commands += _client(inbox, password(secret, inbox), client_id=inbox)
        commands += _client(live, password(secret, live), client_id=live)
    _ask(admin, commands)


def tell(admin: Broker, secret: str, accounts: Sequence[DeviceAccount], at: datetime) -> None:
    """Make devices' accounts what they are to be at an instant; one that is revoked or paused ends in mid-session.

    A device publishes below its own topics and hears what it is told there; its client id is its name, so that it can be
    nobody else. Safe to repeat.
    """
    commands: list[dict[str, Any]] = []
    for account in accounts:
        name = account.username
        if account.revoked_at:
            commands += [
                {"command": "deleteClient", "username": name},
                {"command": "deleteRole", "rolename": name},
            ]
            continue
        own = {filter_ for topic in account.publishes for filter_ in _at_and_below(topic)}
        commands += _role(
            name,
            [("publishClientSend", topic) for topic in sorted(own)]
            + [
                (kind, topic)
                for topic in account.hears
                for kind in ("subscribePattern", "publishClientReceive")
            ],
            refused=[("publishClientReceive", "#")],
        )
        commands += _client(name, password(secret, name), client_id=name)
        is_paused = account.is_paused(at)
        commands.append({"command": "disableClient" if is_paused else "enableClient", "username": name})
    _ask(admin, commands)


def _at_and_below(topic: str) -> tuple[str, ...]:
    return (topic,) if topic.endswith("#") else (topic, f"{topic}/#")


def _role(
    name: str, allowed: list[tuple[str, str]], refused: Sequence[tuple[str, str]] = ()
) -> list[dict[str, Any]]:
    acls = [{"acltype": kind, "topic": topic, "priority": 1, "allow": True} for kind, topic in allowed]
    acls += [{"acltype": kind, "topic": topic, "priority": 0, "allow": False} for kind, topic in refused]
    return [
        {"command": "createRole", "rolename": name},
        {"command": "modifyRole", "rolename": name, "acls": acls},
    ]


def _client(name: str, secret: str, *, client_id: str | None) -> list[dict[str, Any]]:
    made: dict[str, Any] = {"command": "createClient", "username": name, "password": secret}
    changed: dict[str, Any] = {"command": "modifyClient", "username": name, "password": secret}
    if client_id:
        made["clientid"] = client_id
    changed["roles"] = [{"rolename": name, "priority": 0}]
    return [made, changed]


def _ask(admin: Broker, commands: list[dict[str, Any]]) -> None:
    where = urlsplit(admin.url)
    answers: list[dict[str, Any]] = []

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        answers.extend(json.loads(message.payload).get("responses", []))

    client = Client(CallbackAPIVersion.VERSION2, client_id="gadong-provision", protocol=MQTTv5)
    client.on_message = on_message
    client.username_pw_set(unquote(where.username or ""), unquote(where.password or ""))
    if context := admin.tls:
        client.tls_set_context(context)
    try:
        client.connect(where.hostname or "127.0.0.1", admin.port)
    except OSError as trouble:
        raise NotProvisioned(f"the broker does not answer: {trouble}") from trouble
    client.subscribe(f"{CONTROL}/response", 1)
    client.publish(CONTROL, json.dumps({"commands": commands}), qos=1)
    deadline = monotonic() + ANSWER_WITHIN
    while len(answers) < len(commands) and monotonic() < deadline:
        client.loop(0.1)
    client.disconnect()
    if len(answers) < len(commands):
        raise NotProvisioned("the broker's administrator gave no answer; is GADONG_MQTT_ADMIN_URL right?")
    for answer in answers:
        trouble_ = answer.get("error", "")
        # What was there before is set right by the modifying command that follows each creating one; what is to go may
        # be gone.
        if trouble_ and "already exists" not in trouble_ and "not found" not in trouble_:
            raise NotProvisioned(f"{answer.get('command')}: {trouble_}")
    log.info("broker accounts ready", extra={"commands": len(commands)})
