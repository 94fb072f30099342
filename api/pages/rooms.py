"""Every room of the pages, as the application opens them."""

from __future__ import annotations

from api.pages import (
    account,
    agreements,
    asking,
    at,
    bookings,
    calendar,
    centre,
    companies,
    courses,
    desk,
    evidence,
    floor,
    inbox,
    joining,
    machines,
    money,
    month,
    people,
    prices,
    reports,
    rules,
    settling,
    signals,
    ways_in,
)

ROOMS = tuple(
    room.router
    for room in (
        people,
        account,
        agreements,
        ways_in,
        joining,
        centre,
        machines,
        at,
        inbox,
        asking,
        bookings,
        calendar,
        money,
        settling,
        evidence,
        floor,
        desk,
        month,
        prices,
        rules,
        reports,
        companies,
        courses,
        signals,
    )
)
