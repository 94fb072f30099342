"""Outages: times in which a centre's messages were not listened to."""

from __future__ import annotations

from dataclasses import dataclass

from gadong.core.domain.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A time in which a centre's messages were not listened to.

    `session_kept`: the broker queued what was sent with QoS 1. What was sent with QoS 0 is gone in
    any case.
    """

    period: Period
    session_kept: bool
