"""The memory of a process, by what it is used for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

MAPPING = re.compile(r"^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \d+ *(.*)$")
# pthread gives each thread a stack of this size, as `ulimit -s` says by default.
STACK_KILOBYTES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The kilobytes of a process that lie in memory.

    `heap` is malloc's, `objects` is mapped for Python's small objects and for single large ones,
    `stacks` are the threads', and `files` are programs and libraries.
    """

    heap: int
    objects: int
    stacks: int
    files: int

    @property
    def total(self) -> int:
        """Return all of it, as `ps` shows it."""
        return self.heap + self.objects + self.stacks + self.files

    @property
    def megabytes(self) -> float:
        """Return all of it in megabytes."""
        return self.total / 1024


def read(process: int) -> Memory:
    """Return the memory of a process that runs."""
    sums = dict.fromkeys(("heap", "objects", "stacks", "files"), 0)
    name, size = "", 0
    for line in Path(f"/proc/{process}/smaps").read_text().splitlines():
        if found := MAPPING.match(line):
            name = found.group(1)
        elif line.startswith("Size:"):
            size = int(line.split()[1])
        elif line.startswith("Rss:"):
            sums[_use(name, size)] += int(line.split()[1])
    return Memory(**sums)


def _use(name: str, size: int) -> str:
    if name == "[heap]":
        return "heap"
    if name.startswith("/"):
        return "files"
    return "stacks" if size == STACK_KILOBYTES or name == "[stack]" else "objects"


def growth(readings: list[float]) -> float:
    """Return by how much readings grow from one to the next: the slope of the line of least
    squares.
    """
    count = len(readings)
    if count < 2:
        return 0.0
    middle, mean = (count - 1) / 2, sum(readings) / count
    above = sum((place - middle) * (value - mean) for place, value in enumerate(readings))
    return above / sum((place - middle) ** 2 for place in range(count))
