"""Shared parts of dialects with an interlock: named orders, and the facts of a switch."""

from __future__ import annotations

from gadong.dialects.domain.formats.reading import Fact, Order
from gadong.dialects.domain.interlock_state import Latch, Means
from gadong.dialects.domain.signal import Channel

#: Before the name of an order in a call that is answered by name.
ORDER_MARK = "gadong-"


def is_ours(call: object) -> bool:
    """Return whether an answer names one of our orders; other programs may call the same device."""
    return isinstance(call, str) and call.startswith(ORDER_MARK)


def order_mark(order: Order) -> str:
    """Return an order's name for a call that is answered by name."""
    return f"{ORDER_MARK}{order.id}"


def latch_fact(*, is_on: bool, means: Means) -> Fact:
    """Return the fact of a switched output: about the power where it switches the mains, about the
    interlock where it is an enable contact.
    """
    if means is Means.MAINS:
        return Fact(Channel.POWER, "on" if is_on else "off")
    return Fact(Channel.INTERLOCK, (Latch.ENABLED if is_on else Latch.INHIBITED).value)


def refused() -> Fact:
    """Return the fact that the device refuses a command."""
    return Fact(Channel.INTERLOCK, "refused", part="answer")


def power_up(word: str) -> Fact:
    """Return the fact of a device's state after its power returns: last, on, off or another."""
    return Fact(Channel.INTERLOCK, word, part="power_up")


def timer(*, is_set: bool) -> Fact:
    """Return the fact of the device's own timer, which switches the output after a time."""
    return Fact(Channel.INTERLOCK, "set" if is_set else "none", part="timer")
