"""The guides of devices that log in to our own broker, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.dialects.domain.setup.guide import SetupGuide
from gadong.dialects.domain.setup.hosts import (
    GADONG_JSON,
    MOONRAKER,
    MTCONNECT,
    OCTOPRINT,
    OTHER,
    UMATI,
)
from gadong.dialects.domain.setup.meters import ESPHOME, SHELLY, TASMOTA, ZIGBEE2MQTT

GUIDES: Mapping[str, SetupGuide] = {
    guide.name: guide
    for guide in (
        TASMOTA,
        SHELLY,
        ZIGBEE2MQTT,
        ESPHOME,
        OCTOPRINT,
        MOONRAKER,
        MTCONNECT,
        UMATI,
        GADONG_JSON,
        OTHER,
    )
}
