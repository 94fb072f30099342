"""Words for the climate of a room beside the use of a machine."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: By the channel of a sensor: the name where a limit gives none, and the unit.
QUANTITIES: Mapping[str, tuple[Text, str]] = {
    "temperature": (Text("온도", "Temperature"), " ℃"),
    "measurement": (Text("측정값", "Measurement"), ""),
}
#: By the names that sensors give their parts.
PARTS: Mapping[str, tuple[Text, str]] = {
    "humidity": (Text("습도", "Humidity"), " %"),
}
STANDINGS: Mapping[str, Text] = {
    "inside": Text("기준 안", "within limits"),
    "beyond": Text("기준 벗어남", "beyond a limit"),
    "silent": Text("측정값 없음", "no reading"),
    "gap": Text("일부 미확인", "unknown in part"),
    "unlimited": Text("기준 없음", "no limit"),
}
