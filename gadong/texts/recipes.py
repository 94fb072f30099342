"""Titles of the mapper's recipes for devices, by their names."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

TITLES: Mapping[str, Text] = {
    "opc-publisher-samples": Text("Azure OPC Publisher (Samples)", "Azure OPC Publisher (samples)"),
    "opc-publisher-pubsub": Text("Azure OPC Publisher (PubSub)", "Azure OPC Publisher (PubSub)"),
    "opc-ua-pubsub": Text("OPC UA PubSub (JSON, 값만)", "OPC UA PubSub (JSON, raw fields)"),
    "neuron-values": Text("EMQX Neuron (values-format)", "EMQX Neuron (values format)"),
    "neuron-tags": Text("EMQX Neuron (tags-format)", "EMQX Neuron (tags format)"),
    "telegraf": Text("Telegraf (JSON)", "Telegraf (JSON)"),
    "home-assistant-prusalink": Text(
        "Home Assistant statestream: PrusaLink", "Home Assistant statestream: PrusaLink"
    ),
    "home-assistant-power": Text(
        "Home Assistant statestream: 전력(W)", "Home Assistant statestream: power (W)"
    ),
    "sensecap": Text("SenseCAP OpenStream", "SenseCAP OpenStream"),
    "tasmota-sml": Text("Tasmota 스마트 미터(SML)", "Tasmota smart meter (SML)"),
    "json-by-tag": Text(
        "태그별 JSON 게이트웨이 (King Pigeon)", "Gateway with JSON by tag (King Pigeon)"
    ),
    "modbus-registers": Text(
        "Modbus 레지스터 게이트웨이 (Tasmota Modbus Bridge)",
        "Gateway with Modbus registers (Tasmota Modbus Bridge)",
    ),
}
