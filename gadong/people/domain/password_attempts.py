"""The delay between password attempts: none at first, then longer after each wrong password."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

# After the free attempts: half a minute, then twice as long each time, up to a quarter of an hour.
# A day then allows about a hundred attempts. The weakest password that is accepted takes far more
# (zxcvbn's lists).
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
# Enough for typing errors, or for three old passwords in two keyboard layouts.
FREE_FOR_ONE = 10
# A centre's people share an address, and one person may be attacked from many addresses.
FREE_FOR_MANY = 50
# An IPv6 address stands for a network of this prefix length, since one household has that many
# addresses.
IPV6_BITS = 64


@dataclass(frozen=True, slots=True)
class Guesses:
    """The wrong passwords of a subject within a day, and the instant of the last one."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptSource:
    """A source of attempts, by person or network, and its number of wrong passwords without
    delay.
    """

    name: str
    free: int


def subjects(*, account: str, address: str, device: str) -> list[AttemptSource]:
    """Return the subjects whose wrong passwords count for an attempt.

    A known device counts alone, so that attempts elsewhere in its person's name do not delay it.
    Otherwise the person from this network, the network, and the person from everywhere count.
    """
    if device:
        return [AttemptSource(f"device {device}", FREE_FOR_ONE)]
    network = network_of(address)
    return [
        AttemptSource(f"account {account} from {network}", FREE_FOR_ONE),
        AttemptSource(f"network {network}", FREE_FOR_MANY),
        AttemptSource(f"account {account}", FREE_FOR_MANY),
    ]


def wait(guesses: Guesses, free: int, now: datetime) -> timedelta:
    """Return how long the next attempt must wait; zero if it may be made now."""
    if guesses.last_at is None or guesses.count < free:
        return timedelta(0)
    # The exponent is limited first: a flood of attempts must not produce a huge number.
    length = min(LONGEST_WAIT, FIRST_WAIT * (1 << min(guesses.count - free, 10)))
    return max(timedelta(0), guesses.last_at + length - now)


def longest_wait(known: Collection[tuple[Guesses, int]], now: datetime) -> timedelta:
    """Return the longest wait of several subjects."""
    return max((wait(guesses, free, now) for guesses, free in known), default=timedelta(0))


def network_of(address: str) -> str:
    """Return the network of an address; return anything else unchanged."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        return str(mapped)
    return (
        str(found) if found.version == 4 else str(ip_network(f"{found}/{IPV6_BITS}", strict=False))
    )
