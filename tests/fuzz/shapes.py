"""Topics and options with which the decoders are searched."""

from __future__ import annotations

from typing import Any

#: What stands after a source's prefix, of every dialect, and some that no dialect knows.
TAILS = (
    *(
        "",
        "/",
        "☃",
        "^",
        "^Availability",
        "state",
        "telemetry",
        "job",
        "online",
        "mqtt",
        "link",
        "report",
    ),
    *("event/PrintStarted", "event/PrinterStateChanged", "event/PrintFailed", "progress/printing"),
    *(
        "temperature/tool0",
        "SENSOR",
        "STATE",
        "LWT",
        "STATUS8",
        "STATUS11",
        "POWER1",
        "RESULT",
        "relay/0",
    ),
    *(
        "relay/0/power",
        "emeter/0/total",
        "status/switch:0",
        "status/em:0",
        "events/rpc",
        "answers/rpc",
    ),
    *(
        "availability",
        "moonraker/status",
        "klipper/status",
        "klipper/state/print_stats/state",
        "notification",
    ),
    *(
        "moonraker/api/response",
        "sensor/power/state",
        "binary_sensor/green/state",
        "switch/relay/state",
    ),
    *("status", "Observations/exec", "mill/watts", "homeassistant/sensor/x/config"),
    *(
        "tasmota/discovery/A/config",
        "shellies/x/relay/0",
        "umati/v2/a/b/online/nsu=x",
        "umh/v1/a/b",
    ),
)
OPTIONS: dict[str, dict[str, Any]] = {
    "mtconnect": {"device": "m", "setup_from": "ControllerMode"},
    "esphome": {"running": "green"},
    "umh": {"states": "1=running"},
    "mapper": {
        "each": "metrics",
        "time": "t",
        "time_unit": "auto",
        "points": [
            {"value": "a.b", "states": "1=running,x=idle", "quality": "q"},
            {"value": "w", "channel": "power_watts", "unknown_if": "errors.w"},
        ],
    },
    "sparkplug": {
        "points": [
            {"value": "m", "states": "true=running"},
            {"value": "w", "channel": "power_watts"},
        ]
    },
}
#: Two Sparkplug messages, one after the other.
KINDS = (
    ("NBIRTH/n", "NDATA/n"),
    ("NBIRTH/n", "DBIRTH/n/d"),
    ("NBIRTH/n", "DDATA/n/d"),
    ("NDEATH/n", "NBIRTH/n"),
    ("DDATA/n/d", "STATE/n"),
)
