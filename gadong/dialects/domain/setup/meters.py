"""Guides of plugs, clamps and contacts that measure beside a machine."""

from __future__ import annotations

import json

from gadong.dialects.domain.setup.guide import DeviceLogin, SetupGuide, one_level


def _tasmota(to: DeviceLogin) -> str:
    # SetOption3 switches MQTT on. The console's field has one line, and a paste loses its line
    # ends; the plug starts again once, after the last command.
    commands = [
        f"MqttHost {to.host}",
        f"MqttPort {to.port}",
        f"MqttUser {to.username}",
        f"MqttPassword {to.password}",
        f"Topic {to.base}",
        "FullTopic %prefix%/%topic%/",
        "TelePeriod 60",
        "PowerDelta 10",
        "SetOption3 1",
    ]
    if to.is_encrypted:
        # 132: the broker's key is compared with a fingerprint, since a private authority signed it.
        # Zeros let the device learn the fingerprint at its first connection.
        zeros = " ".join(["00"] * 20)
        commands = [
            "SetOption132 1",
            "SetOption103 1",
            f"MqttFingerprint1 {zeros}",
            *commands,
        ]
    return f"Backlog {'; '.join(commands)}"


def _shelly(to: DeviceLogin) -> str:
    host = f"[{to.host}]" if ":" in to.host else to.host
    config = {
        "enable": True,
        "server": f"{host}:{to.port}",
        "user": to.username,
        "pass": to.password,
        "topic_prefix": to.base,
        "rpc_ntf": True,
        "status_ntf": True,
        "enable_control": True,
        # A file that the device's page takes under "TLS"; null speaks in clear.
        "ssl_ca": "user_ca.pem" if to.is_encrypted else None,
    }
    body = json.dumps({"config": config}, ensure_ascii=False)
    return (
        f"curl -d '{body}' http://SHELLY/rpc/MQTT.SetConfig\ncurl -d '{{}}' http://SHELLY"
        "/rpc/Shelly.Reboot"
    )


def _zigbee2mqtt(to: DeviceLogin) -> str:
    authority = "\n  ca: /app/data/authority.crt" if to.is_encrypted else ""
    return f"""mqtt:
  server: {to.url}
  user: {to.username}
  password: '{to.password}'
  base_topic: '{to.base}'{authority}
availability:
  enabled: true"""


def _esphome(to: DeviceLogin) -> str:
    # Discovery publishes below homeassistant/, which is not the device's own.
    authority = (
        "\n  certificate_authority: |\n    -----BEGIN CERTIFICATE-----\n    (authority.crt)\n"
        "    -----END CERTIFICATE-----"
        if to.is_encrypted
        else ""
    )
    return f"""mqtt:
  broker: {to.host}
  port: {to.port}
  username: {to.username}
  password: '{to.password}'
  topic_prefix: '{to.base}'
  discovery: false{authority}"""


TASMOTA = SetupGuide(name="tasmota", dialect="tasmota", base=one_level, lines=_tasmota)
SHELLY = SetupGuide(name="shelly", dialect="shelly", base=one_level, lines=_shelly)
ZIGBEE2MQTT = SetupGuide(
    name="zigbee2mqtt",
    dialect="zigbee2mqtt",
    base=one_level,
    lines=_zigbee2mqtt,
    is_gateway=True,
)
ESPHOME = SetupGuide(name="esphome", dialect="esphome", base=one_level, lines=_esphome)
