"""Wrong passwords cost nothing at first, then more and more time; and never another person's,
place's or browser's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.people.domain.password_attempts import FREE_FOR_ONE, Guesses, network_of, subjects, wait

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(0, 0), (9, 0), (10, 30), (11, 60), (12, 120), (14, 480), (15, 900), (16, 900), (10_000, 900)],
)
def test_the_wait_grows_to_a_quarter_of_an_hour(count: int, seconds: int) -> None:
    assert wait(Guesses(count, NOW), FREE_FOR_ONE, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("after", "left"), [(29, 1), (30, 0), (31, 0)])
def test_a_wait_ends(after: int, left: int) -> None:
    now = NOW + timedelta(seconds=after)
    assert wait(Guesses(10, NOW), FREE_FOR_ONE, now) == timedelta(seconds=left)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_address_stands_for_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_known_browser_answers_for_itself_alone() -> None:
    (own,) = subjects(account="a@x.example", address="192.0.2.7", device="d1")
    others = {s.name for s in subjects(account="a@x.example", address="192.0.2.7", device="")}
    assert own.name not in others
    elsewhere = {s.name for s in subjects(account="a@x.example", address="192.0.2.8", device="")}
    assert len(others & elsewhere) == 1, "the account's own count, of all places"
