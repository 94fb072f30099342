"""Trainings of a centre by their codes, and the chains in which they are attended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A training by its code: its names, and the trainings that it requires before it."""

    code: str
    name_ko: str
    name_en: str
    requires: tuple[str, ...] = ()


Chain = Mapping[str, Sequence[str]]


def chain_of(trainings: Collection[Training]) -> Chain:
    """Return what each training requires, by code."""
    return {training.code: training.requires for training in trainings}


def is_circular(chain: Chain, code: str) -> bool:
    """Return whether a training requires itself, at any remove."""
    seen: set[str] = set()
    waiting = list(chain.get(code, ()))
    while waiting:
        one = waiting.pop()
        if one == code:
            return True
        if one not in seen:
            seen.add(one)
            waiting += chain.get(one, ())
    return False


def next_step(chain: Chain, wanted: Sequence[str], held: Collection[str]) -> str | None:
    """Return the first training to attend for the wanted ones; None if all of them are held.

    A training that is held needs no earlier ones. The chain has no circle.
    """
    for code in wanted:
        if code not in held:
            return next_step(chain, chain.get(code, ()), held) or code
    return None
