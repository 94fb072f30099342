"""PROGRAM: machines speak. MQTT in; signals and live state out."""

from __future__ import annotations
