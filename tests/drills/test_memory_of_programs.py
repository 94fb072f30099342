"""Readings of a program's memory by its use, and of how it grows, as the soak makes them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.drills import memory

HOLDS = """
import sys
held = bytearray(b"x" * 40_000_000)
objects = [float(n) for n in range(1_000_000)]
print("holds", flush=True)
sys.stdin.read()
"""


def test_what_a_program_holds_is_read_by_its_use() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdin
        assert program.stdout
        assert program.stdout.readline() == b"holds\n"
        held = memory.read(program.pid)
        program.stdin.close()
    assert held.objects > (40_000_000 + 1_000_000 * 24) / 1024
    assert held.files > 1_000
    assert held.total == held.heap + held.objects + held.stacks + held.files


def test_a_process_reads_itself() -> None:
    assert memory.read(os.getpid()).megabytes > 10


@pytest.mark.parametrize(
    ("readings", "slope"),
    [([5.0], 0.0), ([5.0, 5.0, 5.0], 0.0), ([1.0, 3.0, 5.0], 2.0), ([4.0, 1.0, 4.0, 1.0], -0.6)],
)
def test_growth_is_the_slope_of_a_line_through_all_readings(
    readings: list[float], slope: float
) -> None:
    assert memory.growth(readings) == pytest.approx(slope)
