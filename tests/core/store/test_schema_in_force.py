"""`gadong/migrations/in_force.txt` names the migration that last made each guarantee.

`GADONG_WRITE_SCHEMA=1` writes the file anew, by taking every step of an empty database.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import psycopg

from gadong import migrations
from tests.support.schema import schema

FILE = migrations.HERE / "in_force.txt"
HEAD = """\
# Constraints, triggers, functions, unique indexes, policies and views of the database, by table,
# each with the migration in gadong/migrations/sql that last made it what it is.
# Written by taking every step: see tests/core/store/test_schema_in_force.py. Never edit it.
"""
# Primary keys and `not null` say nothing that their table does not. PostgreSQL names both itself.
GUARANTEES = """
select conrelid::regclass::text, case contype
    when 'c' then 'check' when 'f' then 'foreign key' when 'u' then 'unique'
    when 'x' then 'exclusion' when 't' then 'constraint trigger' end,
    conname, pg_get_constraintdef(oid)
from pg_constraint
where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'u', 'x', 't')
    and conrelid <> 0
union all
select i.indrelid::regclass::text, 'unique index', c.relname, pg_get_indexdef(i.indexrelid)
from pg_index i
join pg_class c on c.oid = i.indexrelid
where c.relnamespace = 'public'::regnamespace and i.indisunique
    and not exists (select from pg_constraint where conindid = i.indexrelid)
union all
select tgrelid::regclass::text, 'trigger', tgname, pg_get_triggerdef(t.oid)
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
where not t.tgisinternal and c.relnamespace = 'public'::regnamespace and t.tgconstraint = 0
union all
select polrelid::regclass::text, 'policy', polname, concat_ws(' ', polcmd, polpermissive,
    polroles::regrole[]::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
from pg_policy
union all
select viewname, 'view', viewname, definition from pg_views where schemaname = 'public'
union all
select '(functions)', 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid)
from pg_proc p
where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""

Guarantee = tuple[str, str, str]


def guarantees(connection: psycopg.Connection[tuple[str, str, str, str]]) -> dict[Guarantee, str]:
    """Return the definition of each guarantee by its table, kind and name."""
    rows = connection.execute(GUARANTEES).fetchall()
    return {(table, kind, name): definition for table, kind, name, definition in rows}


def makers(url: str) -> dict[Guarantee, str]:
    """Take every step of an empty database; return which step last changed each guarantee."""
    made: dict[Guarantee, str] = {}
    before: Mapping[Guarantee, str] = {}
    for revision in migrations.revisions():
        migrations.upgrade(url, revision)
        with psycopg.connect(url) as connection:
            now = guarantees(connection)
        made = {key: made[key] if before.get(key) == now[key] else revision for key in now}
        before = now
    return made


def written(made: Mapping[Guarantee, str]) -> str:
    """Return the file's text, table by table."""
    lines: list[str] = []
    table = ""
    for (of_table, kind, name), revision in sorted(made.items()):
        if of_table != table:
            lines += ["", of_table]
            table = of_table
        lines.append(f"  {kind:18} {name}  {revision}")
    return HEAD + "\n".join(lines) + "\n"


def test_step_by_step_gives_what_all_at_once_gives_and_the_list_of_its_makers(
    empty_url: str, database_url: str
) -> None:
    text = written(makers(empty_url))
    at_once = schema(database_url)
    assert schema(empty_url) == at_once
    assert len(at_once) > 200
    if os.environ.get("GADONG_WRITE_SCHEMA"):
        FILE.write_text(text, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text


def test_a_guarantee_is_the_last_migrations_that_changed_it(empty_url: str) -> None:
    # Made with bookings, and changed twice since: for holds of courses, and for seats.
    key = ("bookings", "exclusion", "bookings_no_overlap")
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert [line.split()[-1] for line in lines if f" {key[2]} " in line] == ["0106_room_seats"]
    before = {}
    for revision in ("0105", "0106"):
        last = [name for name in migrations.revisions() if name < f"{revision}_z"][-1]
        migrations.upgrade(empty_url, last)
        with psycopg.connect(empty_url) as connection:
            before[revision] = guarantees(connection)[key]
    assert before["0105"] != before["0106"]
