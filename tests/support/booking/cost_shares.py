"""A booking whose cost is shared, asked for through the API, and how its answers are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.booking.domain.booking import Booking
from gadong.core.domain.access import Caller
from gadong.people.domain.company import Company
from tests.support.world import World

API = "/api/v1"
Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A booking of tomorrow at 30,000 won an hour, and two companies that may be asked."""

    world: World
    booking: Booking
    booker: Caller
    second: Company
    third: Company
    members: tuple[Caller, Caller]

    @property
    def address(self) -> str:
        """Return the address of the shares."""
        return f"{API}/bookings/{self.booking.id}/cost-shares"

    @property
    def wanted(self) -> dict[str, Any]:
        """Return a request for two equal shares, one by id and one by its number."""
        number = self.third.registration_number
        written = f"{number[:3]}-{number[3:5]}-{number[5:]}"
        return {
            "booker_parts": 1,
            "shares": [
                {"company": str(self.second.id), "parts": 1},
                {"registration_number": written, "parts": 1},
            ],
        }


@pytest.fixture
def shared(world: World) -> Shared:
    """A booking of two hours, which costs 60,000 won; its booker has no discount."""
    world.tariff()
    booker, second, third = world.company(), world.company(), world.company()
    start = (datetime.now(UTC) + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)
    booking = world.booked(world.machine("mill-1"), booker, start, hours=2)
    return Shared(
        world=world,
        booking=booking,
        booker=world.member(booker),
        second=second,
        third=third,
        members=(world.member(second), world.member(third)),
    )


def states(answer: Any) -> list[str]:
    """Return the states of the shares of an answer that is no refusal."""
    assert answer.status_code in {200, 201}, answer.text
    return [share["state"] for share in answer.json()["shares"]]


def code(answer: Any) -> tuple[int, str]:
    """Return the status of a refusal, and the code of what is wrong."""
    told = answer.json()
    problems = told.get("problems") or [told]
    return answer.status_code, problems[0]["code"]
