"""The registry: a dialect is one module, its page in docs/dialects/, its tests, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.dialects.domain.formats import (
    bambu,
    contact,
    esphome,
    gadong_json,
    mapper,
    moonraker,
    mtconnect,
    octoprint,
    shelly,
    sparkplug,
    tasmota,
    umati,
    umh,
    zigbee2mqtt,
)
from gadong.dialects.domain.formats.reading import Dialect

DIALECTS: Mapping[str, Dialect] = {
    module.DIALECT.name: module.DIALECT
    for module in (
        bambu,
        contact,
        esphome,
        gadong_json,
        mapper,
        moonraker,
        mtconnect,
        octoprint,
        shelly,
        sparkplug,
        tasmota,
        umati,
        umh,
        zigbee2mqtt,
    )
}
