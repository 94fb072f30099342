"""Texts in calendar feeds, which name everything in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: The name of a person's own feed.
OWN = Text("가동 예약", "Gadong bookings")
BOOKING = Text("예약", "booking")
MACHINE = Text("장비", "machine")
#: By the iCalendar state of another's time.
TAKEN: Mapping[str, Text] = {
    "CANCELLED": Text("취소됨", "cancelled"),
    "TENTATIVE": Text("신청됨", "requested"),
    "CONFIRMED": Text("예약됨", "booked"),
}
