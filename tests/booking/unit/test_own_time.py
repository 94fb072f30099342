"""The owner of each second where people stay after their booked end, at the limits of every period
involved.
"""

from __future__ import annotations

import pytest

from gadong.booking.domain.own_time import late_presence
from tests.support.golden import at, between


@pytest.mark.parametrize(
    ("theirs", "came", "until"),
    [
        # They may come before their booking, and have only their own time.
        (("11:10", "12:00"), "11:05", "11:10"),
        (("11:10", "12:00"), "11:10", "11:10"),
        (("11:10", "12:00"), "11:20", "11:20"),
        # They came once the others had left.
        (("11:10", "12:00"), "11:30", "11:30"),
        (("11:10", "12:00"), "11:40", "11:30"),
        # Their booking begins as the others leave, or a second before.
        (("11:30", "12:00"), "11:00", "11:30"),
        (("11:29:59", "12:00"), "11:00", "11:29:59"),
        # Their booking ended with the others', or lasted a second longer.
        (("09:00", "11:00"), "11:20", "11:30"),
        (("09:00", "11:00:01"), "11:20", "11:20"),
        # Their booking was over long before.
        (("08:00", "09:00"), "08:00", "11:30"),
    ],
)
def test_who_stays_has_the_time_until_others_arrive_for_their_own(
    theirs: tuple[str, str], came: str, until: str
) -> None:
    """Booked 10:00-11:00, present 10:00-11:30."""
    arrivals = [(between(*theirs), at(came))]
    found = late_presence(between("10:00", "11:00"), between("10:00", "11:30"), arrivals)
    assert found == between("11:00", until)


def test_the_first_of_several_arrivals_ends_it() -> None:
    first, second = (
        (between("11:10", "11:20"), at("11:12")),
        (between("11:20", "12:00"), at("11:20")),
    )
    for arrivals in ([first, second], [second, first]):
        found = late_presence(between("10:00", "11:00"), between("10:00", "11:30"), arrivals)
        assert found == between("11:00", "11:12")


@pytest.mark.parametrize(
    ("present", "until"),
    [(("10:00", "11:00"), None), (("10:00", "11:00:01"), "11:00:01"), (None, None)],
)
def test_who_leaves_by_the_end_stays_no_second(
    present: tuple[str, str] | None, until: str | None
) -> None:
    found = late_presence(between("10:00", "11:00"), between(*present) if present else None, [])
    assert found == (between("11:00", until) if until else None)
