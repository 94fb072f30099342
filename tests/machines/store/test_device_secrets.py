"""A printer's access code is nowhere in the database to be read (a mailed link:
people/api/test_second_factor.py).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg import sql

from gadong import migrations
from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.problem import Conflict, Invalid
from gadong.core.services.sealing import Keyring
from gadong.machines.services import device_secrets
from gadong.metering.services import source_settings
from gadong.operations.services import audit_export
from gadong.people.services.accounts import OPERATOR
from tests.support.world import World

CODE = "99887766"
KEYS = Keyring(("k" * 32,))
AUTHORITY = "-----BEGIN CERTIFICATE-----\nx"
PRINTER = {"host": "192.0.2.7", "access_code": CODE, "authority": AUTHORITY}


def everything(pool: Pool) -> str:
    """Every row of every table as text, as a dump has it."""
    with psycopg.connect(str(pool.conninfo)) as owner:
        tables = owner.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind "
            "in ('r', 'p')"
        ).fetchall()
        return "\n".join(
            str(row[0])
            for (name,) in tables
            for row in owner.execute(
                sql.SQL("select to_jsonb(t)::text from {} t").format(sql.Identifier(name))
            )
        )


def sealed(pool: Pool) -> list[str]:
    """Return all sealed secrets as stored."""
    with transaction(pool, SYSTEM) as tx:
        return [r["sealed"] for r in tx.execute("select sealed from device_secrets").fetchall()]


def test_a_code_is_opened_by_ingest_and_by_nothing_else(world: World, pool: Pool) -> None:
    source = world.source(world.machine(), "bambu", base="device/1", options=PRINTER, keys=KEYS)
    assert "access_code" not in source.options
    assert CODE not in everything(pool)
    assert device_secrets.of_centre(pool, world.centre.id, KEYS) == {
        source.id: {"access_code": CODE}
    }
    # Another key opens nothing, and the centre's other devices are listened to all the same.
    assert device_secrets.of_centre(pool, world.centre.id, Keyring(("x" * 32,))) == {}


def test_without_a_key_no_code_is_kept(world: World) -> None:
    machine = world.machine()
    with pytest.raises(Conflict, match="GADONG_SECRET"):
        world.source(machine, "bambu", base="device/1", options=PRINTER)


def test_a_code_is_changed_and_stays_where_none_is_given(world: World, pool: Pool) -> None:
    machine = world.machine()
    source = world.source(machine, "bambu", base="device/1", options=PRINTER, keys=KEYS)

    def change(options: dict[str, Any]) -> None:
        now = datetime.now(UTC)
        source_settings.change(
            pool,
            world.manager,
            machine,
            source.id,
            effective_from=now,
            now=now,
            options=options,
            keys=KEYS,
        )

    change({"host": "192.0.2.8", "authority": AUTHORITY})
    assert device_secrets.of_centre(pool, world.centre.id, KEYS) == {
        source.id: {"access_code": CODE}
    }
    change({"host": "192.0.2.8", "authority": AUTHORITY, "access_code": "11223344"})
    assert device_secrets.of_centre(pool, world.centre.id, KEYS) == {
        source.id: {"access_code": "11223344"}
    }
    assert "11223344" not in everything(pool)
    with pytest.raises(Invalid):
        world.source(machine, "bambu", base="device/2", options={"host": "192.0.2.9"}, keys=KEYS)


def test_the_database_takes_no_code_that_is_not_encrypted(world: World, pool: Pool) -> None:
    source = world.source(world.machine(), "bambu", base="device/1", options={})
    with pytest.raises(Invalid), transaction(pool, SYSTEM) as tx:
        tx.execute(
            "insert into device_secrets (source_id, centre_id, name, sealed) values (%s, %s, "
            "'access_code', %s)",
            [source.id, source.centre_id, CODE],
        )


def test_keys_are_rotated(world: World, pool: Pool) -> None:
    source = world.source(world.machine(), "bambu", base="device/1", options=PRINTER, keys=KEYS)
    (before,) = sealed(pool)
    both = Keyring(("n" * 32, *KEYS.words))
    assert device_secrets.rotate(pool, OPERATOR, both) == (1, [])
    assert device_secrets.rotate(pool, OPERATOR, both) == (0, [])
    assert sealed(pool) != [before]
    alone = Keyring(("n" * 32,))
    assert device_secrets.of_centre(pool, world.centre.id, alone) == {
        source.id: {"access_code": CODE}
    }
    assert audit_export.verify(pool, OPERATOR)[1] == []
    with pytest.raises(Conflict, match="No key opens this"):
        device_secrets.rotate(pool, OPERATOR, Keyring(("z" * 32,)))


def test_a_code_of_before_is_moved_and_encrypted(
    world: World, pool: Pool, database_url: str
) -> None:
    source = world.source(world.machine(), "bambu", base="device/1", options={})
    migrations.downgrade(database_url, "0068_forged_entries")
    with psycopg.connect(database_url) as owner:
        owner.execute(
            "insert into source_settings (centre_id, source_id, effective_from, settings)"
            " select centre_id, source_id, effective_from,"
            ' jsonb_set(settings, \'{options}\', \'{"access_code": "99887766", "host": '
            '"192.0.2.7"}\')'
            " from source_settings where source_id = %s",
            [source.id],
        )
    migrations.upgrade(database_url)
    assert device_secrets.rotate(pool, OPERATOR, KEYS) == (1, [])
    assert CODE not in everything(pool)
    assert device_secrets.of_centre(pool, world.centre.id, KEYS) == {
        source.id: {"access_code": CODE}
    }
    assert audit_export.verify(pool, OPERATOR)[1] == []
