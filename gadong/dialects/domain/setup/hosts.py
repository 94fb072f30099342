"""Guides of printers' hosts, machine tools' gateways, and programs of one's own."""

from __future__ import annotations

import json

from gadong.dialects.domain.setup.guide import (
    DeviceLogin,
    SetupGuide,
    below_the_centre,
    one_level,
)

# The broker's authority on a host, under the name that docs/operate/install.md gives the file.
AUTHORITY = "/etc/gadong/authority.crt"


def _octoprint(to: DeviceLogin) -> str:
    authority = f"\n      tls:\n        ca_certs: {AUTHORITY}" if to.is_encrypted else ""
    return f"""plugins:
  mqtt:
    broker:
      url: {to.host}
      port: {to.port}
      username: {to.username}
      password: '{to.password}'{authority}
    publish:
      baseTopic: '{to.base}/'
      eventActive: true
      progressActive: true"""


def _moonraker(to: DeviceLogin) -> str:
    # It trusts what its computer trusts, and takes no file.
    encrypted = "\nenable_tls: True" if to.is_encrypted else ""
    return f"""[mqtt]
address: {to.host}
port: {to.port}{encrypted}
username: {to.username}
password: {to.password}
instance_name: {to.base}
default_qos: 1
status_objects:
  webhooks
  print_stats
  virtual_sdcard=progress,is_active"""


def _umati(to: DeviceLogin) -> str:
    prefix, _, client = to.base.partition("/v2/")
    told = {
        "Hostname": to.host,
        "Port": to.port,
        "Username": to.username,
        "Password": to.password,
        "Prefix": f"{prefix}/v2",
        "ClientId": client,
        "Protocol": "tls" if to.is_encrypted else "tcp",
        **({"CaCertPath": AUTHORITY} if to.is_encrypted else {}),
    }
    return f'"Mqtt": {json.dumps(told, indent=2, ensure_ascii=False)}'


def _mtconnect(to: DeviceLogin) -> str:
    encrypted = f"\n    MqttTls = true\n    MqttCaCert = {AUTHORITY}" if to.is_encrypted else ""
    return f"""Sinks {{
  Mqtt2Service {{
    MqttHost = {to.host}
    MqttPort = {to.port}
    MqttUserName = {to.username}
    MqttPassword = {to.password}{encrypted}
    CurrentTopic = {to.base}/Current/[device]
    SampleTopic = {to.base}/Sample/[device]
    ProbeTopic = {to.base}/Probe/[device]
    AssetTopic = {to.base}/Asset/[device]
    MqttLastWillTopic = {to.base}/Probe/[device]/Availability
  }}
}}"""


def _mosquitto(to: DeviceLogin, topic: str, payload: str) -> str:
    authority = f" --cafile {AUTHORITY}" if to.is_encrypted else ""
    return (
        f"mosquitto_pub -h {to.host} -p {to.port}{authority} -q 1 \\\n"
        f"  -u {to.username} -P '{to.password}' \\\n"
        f"  -t '{topic}' \\\n  -m '{payload}'"
    )


def _gadong_json(to: DeviceLogin) -> str:
    return _mosquitto(to, f"{to.base}/state", '{"v": 1, "state": "idle"}')


def _other(to: DeviceLogin) -> str:
    return _mosquitto(to, f"{to.base}/state", '{"running": true, "watts": 640}')


def _umati_base(centre: str, device: str) -> str:
    return f"umati/v2/{centre}/{device}"


def _gadong_base(centre: str, device: str) -> str:
    return f"gadong/v1/{centre}/{device}"


OCTOPRINT = SetupGuide(
    name="octoprint", dialect="octoprint", base=below_the_centre, lines=_octoprint
)
MOONRAKER = SetupGuide(name="moonraker", dialect="moonraker", base=one_level, lines=_moonraker)
UMATI = SetupGuide(name="umati", dialect="umati", base=_umati_base, lines=_umati, is_gateway=True)
MTCONNECT = SetupGuide(
    name="mtconnect",
    dialect="mtconnect",
    base=below_the_centre,
    lines=_mtconnect,
    is_gateway=True,
)
GADONG_JSON = SetupGuide(
    name="gadong-json", dialect="gadong-json", base=_gadong_base, lines=_gadong_json
)
OTHER = SetupGuide(
    name="other", dialect="mapper", base=below_the_centre, lines=_other, is_gateway=True
)
