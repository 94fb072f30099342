"""Presence: whether somebody who booked came."""

from __future__ import annotations

from enum import StrEnum


class Presence(StrEnum):
    """Facts about the start of a booking."""

    SHOWED = "showed"
    NO_SHOW = "no_show"
    UNVERIFIABLE = "unverifiable"
    CANCELLED = "cancelled"  # given up by its people after it was confirmed
    EXCUSED = "excused"  # it was not theirs to come, or another, or the centre, kept them out


#: The presences in which the booked time itself is billed, as far as the basis says.
BILLED = frozenset({Presence.SHOWED, Presence.UNVERIFIABLE})
