"""Scripted devices with a counter of energy, and an agent beside another."""

from __future__ import annotations

from datetime import datetime

from gadong.dialects.domain.formats.recipes import RECIPES
from tests.support import scripted
from tests.support.scripted import Plug, Said


class TasmotaCounting(scripted.Tasmota):
    """A plug with a counter in kWh, which begins anew when its power returns."""

    watt_hours = 1500.0

    def reading(self, watts: float, at: datetime) -> Said:
        energy = {"Total": round(self.watt_hours / 1000, 6), "Power": watts, "Voltage": 220}
        return [("tele/saw/SENSOR", {"Time": at.strftime("%Y-%m-%dT%H:%M:%S"), "ENERGY": energy})]


class ZigbeeCounting(scripted.Zigbee):
    """The same behind Zigbee2MQTT."""

    watt_hours = 1500.0

    def reading(self, watts: float, at: datetime) -> Said:  # noqa: ARG002  # it has no clock
        counted = round(self.watt_hours / 1000, 6)
        return [(self.base, {"state": "ON", "power": watts, "energy": counted})]


class SmartMeter(Plug):
    """A smart meter's reader by its recipe; after its boot it says zero until the meter speaks."""

    dialect, base = "mapper", "tele/meter"
    options = RECIPES["tasmota-sml"].options
    ONLINE = ("tele/meter/LWT", "Online", "Offline")
    watt_hours = 12_345_000.0
    is_booting = False

    def reading(self, watts: float, at: datetime) -> Said:  # noqa: ARG002  # it has no clock
        counted = 0 if self.is_booting else round(self.watt_hours / 1000, 6)
        return [("tele/meter/SENSOR", {"SML": {"Total_in": counted, "Power_curr": watts}})]


class OtherDocuments(scripted.Documents):
    """An agent beside that of the observations."""

    base = "second"

    def say(self, event: str, state: str, at: datetime) -> Said:
        return [(self._moved(topic), body) for topic, body in super().say(event, state, at)]

    def repeat(self, state: str, at: datetime) -> Said:
        return [(self._moved(topic), body) for topic, body in super().repeat(state, at)]

    def _moved(self, topic: str) -> str:
        return topic.replace("MTConnect", self.base, 1)
