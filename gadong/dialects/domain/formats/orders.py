"""What devices that hold an interlock have in common: orders by name, and what they say of themselves."""

from __future__ import annotations

from gadong.dialects.domain.formats.reading import Fact, Order
from gadong.dialects.domain.interlock_state import Latch, Means
from gadong.dialects.domain.signal import Channel

#: Before the name of an order in a call that is answered by name.
ORDER_MARK = "gadong-"


def is_ours(call: object) -> bool:
    """Whether an answer names one of our orders: other programs may call the same device."""
    return isinstance(call, str) and call.startswith(ORDER_MARK)


def order_mark(order: Order) -> str:
    """How an order is named in a call that is answered by name."""
    return f"{ORDER_MARK}{order.id}"


def latch_fact(*, is_on: bool, means: Means) -> Fact:
    """What a switched output says: of the supply, or of a contact that enables."""
    if means is Means.MAINS:
        return Fact(Channel.POWER, "on" if is_on else "off")
    return Fact(Channel.INTERLOCK, (Latch.ENABLED if is_on else Latch.INHIBITED).value)


def refused() -> Fact:
    """The device will not do what it was told."""
    return Fact(Channel.INTERLOCK, "refused", part="answer")


def power_up(word: str) -> Fact:
    """What the device does when it gets its power back: last, on, off, or another thing."""
    return Fact(Channel.INTERLOCK, word, part="power_up")


def timer(*, is_set: bool) -> Fact:
    """Whether the device switches by itself after a time."""
    return Fact(Channel.INTERLOCK, "set" if is_set else "none", part="timer")
