"""Figures of a benchmark, each beside its floor of the same run and its goal."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAD = f"{'figure':58}{'value':>12} {'unit':6}{'floor':>10}{'ratio':>8}  goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A limit that a figure, or its ratio to the floor, is to keep."""

    limit: float
    is_most: bool = True
    of_ratio: bool = True

    def is_met(self, figure: Measurement) -> bool | None:
        """Return whether the figure keeps the limit; None for a ratio without a floor."""
        measured = figure.ratio if self.of_ratio else figure.value
        if measured is None:
            return None
        return measured <= self.limit if self.is_most else measured >= self.limit

    def __str__(self) -> str:
        """Return the limit as a reader writes it."""
        return f"{'≤' if self.is_most else '≥'} {self.limit:g}{' × floor' if self.of_ratio else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measured value. The floor is the same work without Gadong, in the same run and unit."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """Return the value by its floor, or None without one."""
        return self.value / self.floor if self.floor else None

    @property
    def row(self) -> str:
        """Return the figure as a line of the table."""
        floor = f"{self.floor:,.1f}" if self.floor is not None else "–"
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else "–"
        goal = ""
        if self.goal:
            met = {True: "met", False: "NOT MET", None: ""}[self.goal.is_met(self)]
            goal = f"{self.goal} {met}"
        return (
            f"{self.name:58}{self.value:12,.1f} {self.unit:6}{floor:>10}{ratio:>8}  {goal}".rstrip()
        )

    @property
    def document(self) -> dict[str, Any]:
        """Return the figure as JSON has it."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "floor": self.floor,
            "ratio": self.ratio,
            "goal": str(self.goal) if self.goal else None,
            "met": self.goal.is_met(self) if self.goal else None,
        }


def write(figures: Iterable[Measurement], file: Path) -> None:
    """Write the figures as JSON beside the table."""
    file.parent.mkdir(parents=True, exist_ok=True)
    made = [figure.document for figure in figures]
    file.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n")
