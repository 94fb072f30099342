"""Notices to people and programs, and how they are sent."""

from __future__ import annotations
