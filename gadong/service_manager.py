"""Words for systemd, which starts the programs and starts them again when they hang.

Its protocol is a datagram to a socket that the environment names (sd_notify(3)). Elsewhere nobody
listens, and nothing is sent.
"""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress

MICROSECONDS = 1_000_000


def is_alive() -> None:
    """Tell systemd that the program still works; it ends a program that has not said so in time."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    # A lost word costs nothing: the next one comes before the time is up.
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.settimeout(0)
        sender.sendto(b"WATCHDOG=1", address)


def is_alive_every() -> float:
    """Return the seconds between two signs of life: a third of what systemd allows.

    Return 0 where systemd expects none.
    """
    allowed = os.environ.get("WATCHDOG_USEC", "")
    return int(allowed) / MICROSECONDS / 3 if allowed.isdigit() else 0.0


async def say_alive() -> None:
    """Give systemd signs of life as long as the event loop turns, until cancelled."""
    while seconds := is_alive_every():
        is_alive()
        await asyncio.sleep(seconds)
