"""Options of a binding of which two contradict one another."""

from __future__ import annotations

from typing import Any

POINT = {"value": "v", "states": "1=running,0=idle"}
LINK = {"topic": "state", "up": "1", "down": "0"}
#: A dialect, options of which two contradict one another, and those two.
PAIRS: list[tuple[str, dict[str, Any], tuple[str, str]]] = [
    ("shelly", {"phases": "0,1,2", "channel": "3"}, ("channel", "phases")),
    ("tasmota", {"online": "there", "offline": "there"}, ("online", "offline")),
    ("tasmota", {"offline": "Online"}, ("online", "offline")),
    ("esphome", {"power": "meter", "energy": "meter"}, ("power", "energy")),
    ("esphome", {"power": "energy"}, ("power", "energy")),
    ("mtconnect", {"device": "m1", "agent": "m1"}, ("agent", "device")),
    ("contact", {"set": "x", "state": "x"}, ("set", "state")),
    ("contact", {"set": "state"}, ("set", "state")),
    ("mapper", {"points": [POINT], "value": "w"}, ("points", "value")),
    ("mapper", {"points": [POINT], "states": "1=idle"}, ("points", "states")),
    ("mapper", {"points": [POINT], "quality": "q"}, ("points", "quality")),
    ("sparkplug", {"points": [POINT], "factor": 1000}, ("points", "factor")),
    ("mapper", {"topic": "state", "link": LINK, **POINT}, ("topic", "link")),
]
