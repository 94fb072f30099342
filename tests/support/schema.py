"""The database's schema, as two ways to one revision are compared."""

from __future__ import annotations

import psycopg

SCHEMA = """
select 'column', table_name, column_name, data_type, is_nullable, column_default
from information_schema.columns where table_schema = 'public'
union all
select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
from pg_constraint where connamespace = 'public'::regnamespace
union all
select 'index', tablename, indexname, indexdef, '', '' from pg_indexes where schemaname = 'public'
union all
select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''
from pg_trigger where not tgisinternal and tgrelid::regclass::text not like '%.%'
union all
select 'function', proname, '', pg_get_functiondef(oid), '', ''
from pg_proc where pronamespace = 'public'::regnamespace and prolang = (
    select oid from pg_language where lanname = 'plpgsql'
) and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
order by 1, 2, 3, 4
"""


def schema(url: str) -> list[tuple[str, ...]]:
    """Return everything that migrations make: columns, constraints, triggers and functions."""
    with psycopg.connect(url) as connection:
        return connection.execute(SCHEMA).fetchall()
