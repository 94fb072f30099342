"""Waiting for a machine: the list, freed time, and the earliest slots."""

from __future__ import annotations
