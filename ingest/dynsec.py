"""Accounts at Mosquitto's dynamic-security plugin, changed only if they differ.

The plugin ends the connection of every client whose account is changed, even to the same. A changed
role counts at once and ends no connection.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

from gadong.machines.domain.broker_accounts import fingerprint
from ingest.broker_address import Broker

log = logging.getLogger(__name__)

CONTROL = "$CONTROL/dynamic-security/v1"
ANSWER_WITHIN = 10.0
# The plugin writes a role of 40 rules in 4 kB, and its answer must stay below the broker's packet
# limit of 2 MB.
ASKED_AT_ONCE = 100

DynsecCommand = dict[str, Any]


class NotProvisioned(RuntimeError):
    """The broker's administrator could not carry out a request; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """A role's rule; the rule of the highest priority that fits a topic decides."""

    kind: str
    topic: str
    priority: int
    allow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAccount:
    """An account whose name is also its client id and its role's name.

    `is_disabled`: None leaves the present state.
    """

    name: str
    password: str
    rules: frozenset[TopicRule]
    is_disabled: bool | None = None


def apply_accounts(
    admin: Broker, accounts: Sequence[BrokerAccount], gone: Sequence[str] = ()
) -> int:
    """Make and change the accounts given, delete those `gone`, and return the number of commands.

    The plugin does not reveal a password, so the account's description holds its fingerprint. An
    account whose password was set by another program keeps that password until the account is
    deleted.
    """
    with _administrator(admin) as administrator:
        changes: list[DynsecCommand] = []
        for start in range(0, len(accounts), ASKED_AT_ONCE):
            asked = accounts[start : start + ASKED_AT_ONCE]
            roles = administrator.ask([{"command": "getRole", "rolename": a.name} for a in asked])
            clients = administrator.ask(
                [{"command": "getClient", "username": a.name} for a in asked]
            )
            for account, role, client in zip(asked, roles, clients, strict=True):
                changes += _role_changes(account, role.get("data", {}).get("role"))
                changes += _client_changes(account, client.get("data", {}).get("client"))
        for name in gone:
            changes += [
                {"command": "deleteClient", "username": name},
                {"command": "deleteRole", "rolename": name},
            ]
        for start in range(0, len(changes), ASKED_AT_ONCE):
            administrator.ask(changes[start : start + ASKED_AT_ONCE])
    log.info("broker accounts ready", extra={"accounts": len(accounts), "commands": len(changes)})
    return len(changes)


def _role_changes(account: BrokerAccount, role: dict[str, Any] | None) -> list[DynsecCommand]:
    order = sorted(account.rules, key=lambda rule: (-rule.priority, rule.kind, rule.topic))
    acls = [
        {"acltype": rule.kind, "topic": rule.topic, "priority": rule.priority, "allow": rule.allow}
        for rule in order
    ]
    if role is None:
        return [{"command": "createRole", "rolename": account.name, "acls": acls}]
    present = {
        TopicRule(
            kind=acl["acltype"],
            topic=acl["topic"],
            priority=acl.get("priority", 0),
            allow=acl.get("allow", False),
        )
        for acl in role.get("acls", [])
    }
    if present == account.rules:
        return []
    return [{"command": "modifyRole", "rolename": account.name, "acls": acls}]


def _client_changes(account: BrokerAccount, client: dict[str, Any] | None) -> list[DynsecCommand]:
    kept = {
        "username": account.name,
        "clientid": account.name,
        "textdescription": fingerprint(account.password),
        "roles": [{"rolename": account.name, "priority": 0}],
    }
    changes: list[DynsecCommand] = []
    if client is None:
        changes.append({"command": "createClient", "password": account.password, **kept})
    elif any(client.get(field) != value for field, value in kept.items()):
        changes.append({"command": "modifyClient", "password": account.password, **kept})
    is_disabled = bool(client and client.get("disabled"))
    if account.is_disabled is not None and account.is_disabled != is_disabled:
        word = "disableClient" if account.is_disabled else "enableClient"
        changes.append({"command": word, "username": account.name})
    return changes


@dataclass(frozen=True, slots=True)
class _Administrator:
    client: Client
    answers: list[dict[str, Any]]

    def ask(self, commands: Sequence[DynsecCommand]) -> list[dict[str, Any]]:
        """Send commands and return the broker's answers in the same order."""
        self.answers.clear()
        if not commands:
            return []
        self.client.publish(CONTROL, json.dumps({"commands": list(commands)}), qos=1)
        deadline = monotonic() + ANSWER_WITHIN
        while len(self.answers) < len(commands) and monotonic() < deadline:
            self.client.loop(0.1)
        if len(self.answers) < len(commands):
            raise NotProvisioned(
                "the broker's administrator gave no answer; is GADONG_MQTT_ADMIN_URL right?"
            )
        for answer in self.answers:
            trouble = answer.get("error", "")
            # Another ingest that starts now makes the same accounts; an account to delete may be
            # gone.
            if trouble and "already exists" not in trouble and "not found" not in trouble:
                raise NotProvisioned(f"{answer.get('command')}: {trouble}")
        return list(self.answers)


@contextmanager
def _administrator(admin: Broker) -> Iterator[_Administrator]:
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
    try:
        client.subscribe(f"{CONTROL}/response", 1)
        yield _Administrator(client, answers)
    finally:
        client.disconnect()
