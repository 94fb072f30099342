"""The pace at which passwords may be tried: free at first, then slower with every wrong one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

# After the free ones: half a minute, then twice as long each time, up to a quarter of an hour. At that pace a day holds
# about a hundred tries, and the weakest password that is accepted has far more than that before it (zxcvbn's lists).
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
# Somebody who mistypes, or tries their three old passwords in two layouts of the keyboard.
FREE_FOR_ONE = 10
# A centre's people share an address; and one person may be attacked from many.
FREE_FOR_MANY = 50
# An address of IPv6 is a network of these bits: a household or a machine has that many addresses to itself.
IPV6_BITS = 64


@dataclass(frozen=True, slots=True)
class Guesses:
    """The wrong passwords of a subject within a day, and when the last one came."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A guesser, by person or network, and the number of wrong passwords that cost nothing."""

    name: str
    free: int


def subjects(*, account: str, address: str, device: str) -> list[Subject]:
    """Return whose guesses count: a known device's own, or else the person's from this network, the network's, the person's.

    A known device is not held up by what others do elsewhere in its person's name.
    """
    if device:
        return [Subject(f"device {device}", FREE_FOR_ONE)]
    network = network_of(address)
    return [
        Subject(f"account {account} from {network}", FREE_FOR_ONE),
        Subject(f"network {network}", FREE_FOR_MANY),
        Subject(f"account {account}", FREE_FOR_MANY),
    ]


def wait(guesses: Guesses, free: int, now: datetime) -> timedelta:
    """Return how long nothing is tried any more; zero where it may be now."""
    if guesses.last_at is None or guesses.count < free:
        return timedelta(0)
    # The exponent is bounded before it is used: a day's flood must not become a number without end.
    length = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(guesses.count - free, 10)))
    return max(timedelta(0), guesses.last_at + length - now)


def longest_wait(known: Collection[tuple[Guesses, int]], now: datetime) -> timedelta:
    """Return the longest wait of several subjects."""
    return max((wait(guesses, free, now) for guesses, free in known), default=timedelta(0))


def network_of(address: str) -> str:
    """Return the network that an address stands for; what is no address stands for itself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        return str(mapped)
    return str(found) if found.version == 4 else str(ip_network(f"{found}/{IPV6_BITS}", strict=False))
