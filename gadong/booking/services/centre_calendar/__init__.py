"""The centre's calendar: its agenda, its closures, and the feeds that calendars read."""

from __future__ import annotations
