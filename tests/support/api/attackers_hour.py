"""Many calls at one moment."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread


def at_once(*works: Callable[[], int]) -> list[int]:
    """Do works at the same moment, and return their statuses."""
    start, found = Barrier(len(works)), [0] * len(works)

    def act(number: int, work: Callable[[], int]) -> None:
        start.wait()
        found[number] = work()

    hands = [Thread(target=act, args=one) for one in enumerate(works)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    return found
