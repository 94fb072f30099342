"""The programs that a schema serves, and the error of all others."""

from __future__ import annotations

import pytest

from gadong.migrations import HERE, revisions
from gadong.operations.domain.schema_range import Schema

# Kinds of statement that take away what an older program may use.
TAKES_AWAY = ("drop table", "drop column", "rename", "drop function", "set data type", " type ")


@pytest.mark.parametrize(
    ("revision", "oldest", "advice"),
    [
        ("0075_c", "0072_a", ""),
        ("0074_b", "0074_b", ""),  # just made for it
        ("0074_b", "0072_a", ""),
        ("0075_c", "0074_b", ""),  # newer, and still serves it
        ("0075_c", "0075_c", "newer version"),
        ("0073_z", "0072_a", "gadong migrate"),
        (None, None, "gadong migrate"),
    ],
)
def test_a_program_is_told_what_to_do(
    revision: str | None, oldest: str | None, advice: str
) -> None:
    reason = Schema(revision=revision, oldest=oldest).lacks("0074_b")
    assert advice in reason
    assert bool(reason) == bool(advice)


def test_the_order_of_revisions_is_that_of_their_names() -> None:
    assert sorted(revisions()) == revisions()


def test_a_migration_that_takes_something_away_raises_the_oldest_revision_or_says_why_not() -> None:
    silent = []
    for revision in revisions():
        text = (HERE / "sql" / f"{revision}.up.sql").read_text().lower()
        takes = any(kind in text for kind in TAKES_AWAY)
        if (
            revision > "0072"
            and takes
            and "schema_range" not in text
            and "older programs" not in text
        ):
            silent.append(revision)
    assert silent == [], "update schema_range, or say in a comment how older programs go on"
