"""Unknown devices: what each is taken for, and how it would be bound."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from gadong.machines.domain.recognition import recognise
from tests.support.scripted import DEVICES, Device


@pytest.mark.parametrize("kind", DEVICES, ids=lambda kind: kind.__name__)
def test_every_device_is_recognised_by_what_it_says(kind: type[Device]) -> None:
    device, now = kind(), datetime(2026, 11, 12, tzinfo=UTC)
    said = [
        *device.say("appear", "idle", now),
        *device.say("start", "running", now),
        *device.repeat("running", now),
    ]
    answers = []
    for topic, body in said:
        payload = (
            body
            if isinstance(body, bytes)
            else (body if isinstance(body, str) else json.dumps(body)).encode()
        )
        answers += [answer] if (answer := recognise(topic, payload)) else []
    dialect, found = max(answers, key=lambda a: a[1].certainty)
    assert (dialect, found.base) == (device.dialect, device.base)
    assert found.certainty > 0.5 or device.dialect == "mapper"


@pytest.mark.parametrize(
    ("topic", "body", "dialect", "base", "options"),
    [
        (
            "tasmota_49/tele/SENSOR",
            {"ENERGY": {"Power": 1}},
            "tasmota",
            "tasmota_49",
            {"full_topic": "%topic%/%prefix%/"},
        ),
        (
            "hall/plugs/saw/tele/STATE",
            {"Time": "x"},
            "tasmota",
            "saw",
            {"full_topic": "hall/plugs/%topic%/%prefix%/"},
        ),
        (
            "tasmota/discovery/AA/config",
            {"t": "saw", "ft": "%prefix%/%topic%/", "dn": "띠톱"},
            "tasmota",
            "saw",
            {},
        ),
        (
            "homeassistant/sensor/saw/power/config",
            {
                "stat_t": "~/SENSOR",
                "~": "shop/saw",
                "dev_cla": "power",
                "unit_of_meas": "kW",
                "val_tpl": "{{ value_json.ENERGY['Power'] }}",
                "dev": {"name": "Bandsaw plug"},
            },
            "mapper",
            "shop/saw/SENSOR",
            {"value": "ENERGY.Power", "channel": "power_watts", "factor": 1000.0},
        ),
        (
            "homeassistant/device/x/config",
            {
                "cmps": {"a": {"state_topic": "x/run", "device_class": "running"}},
                "dev": {"name": "Mill"},
            },
            "mapper",
            "x/run",
            {"channel": "activity", "states": "ON=running,OFF=idle"},
        ),
    ],
)
def test_layouts_and_announcements(
    topic: str, body: dict[str, Any], dialect: str, base: str, options: dict[str, Any]
) -> None:
    answer = recognise(topic, json.dumps(body).encode())
    assert answer
    assert (answer[0], answer[1].base, answer[1].options) == (dialect, base, options)


@pytest.mark.parametrize(
    "template",
    [
        "{{ value_json.a * 2 }}",
        "{% if value_json.a %}1{% endif %}",
        "{{ states('x') }}",
        "{{ value_json.__class__() }}",
    ],
)
def test_a_template_that_is_more_than_a_path_is_not_read(template: str) -> None:
    body = {
        "state_topic": "a/b",
        "device_class": "power",
        "unit_of_measurement": "W",
        "value_template": template,
    }
    assert recognise("homeassistant/sensor/x/config", json.dumps(body).encode()) is None


@pytest.mark.parametrize(
    "topic",
    ["cmnd/saw/Status", "$SYS/x", "a/rpc/set", "spBv1.0/g/NCMD/n", "gadong/v1/c/m/committed"],
)
def test_commands_and_our_own_words_are_no_devices(topic: str) -> None:
    assert recognise(topic, b'{"state": "running"}') is None
