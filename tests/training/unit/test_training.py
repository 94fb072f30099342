"""Chains of trainings: the first step that is lacking, and no circles."""

from __future__ import annotations

import pytest

from gadong.training.domain.training import Training, chain_of, is_circular, next_step

CHAIN = chain_of(
    [
        Training(code="step-2", name_ko="둘", name_en="two", requires=("step-1",)),
        Training(code="step-1", name_ko="하나", name_en="one", requires=("safety", "fire")),
    ]
)


@pytest.mark.parametrize(
    ("wanted", "held", "step"),
    [
        (["step-2"], set(), "safety"),
        (["step-2"], {"safety"}, "fire"),
        (["step-2"], {"safety", "fire"}, "step-1"),
        (["step-2"], {"step-1"}, "step-2"),
        (["step-2"], {"step-2"}, None),
        (["step-2", "safety"], {"step-2"}, "safety"),
        (["edm"], set(), "edm"),
        ([], set(), None),
    ],
)
def test_the_next_step_is_the_first_that_is_lacking(
    wanted: list[str], held: set[str], step: str | None
) -> None:
    assert next_step(CHAIN, wanted, held) == step


def test_a_circle_is_found_at_any_remove() -> None:
    assert not is_circular(CHAIN, "step-2")
    assert is_circular({**CHAIN, "safety": ("step-2",)}, "safety")
    assert is_circular({"a": ("a",)}, "a")
    # A circle further down is not this training's own.
    assert not is_circular({"a": ("b",), "b": ("c",), "c": ("b",)}, "a")
