"""The ingest program: receives MQTT messages and stores signals and live state."""

from __future__ import annotations
