"""Every column of the database that holds something about a person, and its place in the export."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.operations.store import privacy
from tests.support.world import World

LIST: dict[str, dict[str, str]] = tomllib.loads(
    (Path(__file__).parent / "personal_columns.toml").read_text()
)
#: References to a person, and texts whose names are those of personal data.
PERSONAL = """
select k.conrelid::regclass::text as tab, a.attname as col
from pg_constraint k
join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey)
where k.contype = 'f' and k.confrelid = 'people'::regclass
  and k.connamespace = 'public'::regnamespace
union
select table_name, column_name
from information_schema.columns c
join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
  and c.data_type in ('text', 'character varying', 'citext')
  and c.column_name ~ (
      '(^|_)(e?mail|name|phone|number|address|contact|asker|holder|birth.*|ip|origin|agent'
      '|identif.*|repairer|district)($|_)'
  )
order by 1, 2
"""


def columns(pool: Pool) -> set[str]:
    """Return the personal columns of the migrated database."""
    with transaction(pool, SYSTEM) as tx:
        return {f"{row['tab']}.{row['col']}" for row in many(tx, PERSONAL)}


def test_every_personal_column_is_listed_with_what_becomes_of_it(pool: Pool) -> None:
    listed = [name for group in LIST.values() for name in group]
    assert len(listed) == len(set(listed))
    assert columns(pool) == set(listed)


def test_what_is_exported_stands_in_the_export(pool: Pool, world: World) -> None:
    with transaction(pool, SYSTEM) as tx:
        known: dict[str, Any] = privacy.known(tx, world.manager.person_id)
    assert set(LIST["exported"].values()) | set(LIST["acts"].values()) == known.keys()
