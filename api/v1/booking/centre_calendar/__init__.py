"""The centre's calendar on the wire: agenda, closures and feeds."""

from __future__ import annotations
