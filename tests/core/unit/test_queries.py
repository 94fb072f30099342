"""Named statements and the parts that they share."""

from __future__ import annotations

from pathlib import Path

import pytest

from gadong.core.store import queries


def _module(folder: Path, text: str) -> str:
    folder.joinpath("chairs.sql").write_text(text, encoding="utf-8")
    return str(folder / "chairs.py")


def test_statements_share_the_parts_above_them(tmp_path: Path) -> None:
    text = """-- columns (part) --
-- The columns that make a chair.
id, name;

-- free (part) --
-- Parts stand in parts too.
{columns} is not null;

-- by_id --
-- One chair.
select {columns}
from chairs
where id = %(id)s;

-- all_free --
-- Braces around capitals, figures or nothing are the statement's own.
select {columns}, '{}', '{A}', '{1}'
from chairs
where {free};
"""
    found = queries.statements(_module(tmp_path, text))
    assert dict(found) == {
        "by_id": "select id, name\nfrom chairs\nwhere id = %(id)s",
        "all_free": "select id, name, '{}', '{A}', '{1}'\nfrom chairs\nwhere id, name is not null",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-- one --\nselect 1;\n-- one --\nselect 2;", "two statements named one"),
        ("-- one (part) --\nid;\n-- one --\nselect 2;", "two statements named one"),
        ("-- one --\nselect {columns};", "one names the unknown part columns"),
        ("-- one --\nselect {columns};\n-- columns (part) --\nid;", "unknown part columns"),
    ],
)
def test_what_cannot_be_read_one_way_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        queries.statements(_module(tmp_path, text))
