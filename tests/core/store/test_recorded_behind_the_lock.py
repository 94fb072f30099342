"""Facts of statements are recorded behind their centre's recording lock (ADR 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from gadong.billing.services import holidays
from gadong.billing.services.prices import tariffs
from gadong.billing.store import sales, statements
from gadong.booking.domain.closure import Closure
from gadong.booking.domain.rules.rulebook import Setting
from gadong.booking.store import closures, rulebook
from gadong.core.database import Tx, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import PersonId, new_id
from gadong.core.domain.period import Period
from gadong.machines.store import machines
from tests.support.world import World

NOW = datetime.now(UTC)
HOUR = Period(NOW, NOW + timedelta(hours=1))


def _closure(world: World) -> Closure:
    return Closure(
        id=new_id(),
        centre_id=world.centre.id,
        machine_id=None,
        period=HOUR,
        kind="closed",
        reason="시험",
    )


def _own_holiday(tx: Tx, world: World) -> None:
    holidays.set_day(
        tx,
        world.centre.id,
        date(2026, 10, 5),
        name="시험",
        is_holiday=True,
        by=world.manager.person_id,
    )


def _national_holiday(tx: Tx, world: World) -> None:
    sales.insert_holiday(
        tx,
        centre_id=None,
        country=holidays.COUNTRY,
        day=date(2026, 10, 5),
        name="시험",
        is_holiday=True,
        by=None,
    )


def _setting(tx: Tx, world: World, *, is_of_all: bool) -> None:
    setting = Setting(
        parameter="step_minutes",
        value=10,
        centre_id=None if is_of_all else world.centre.id,
        effective_from=NOW,
        recorded_at=NOW,
    )
    rulebook.insert(tx, setting, by=PersonId(world.manager.person_id))


def _changed_closure(tx: Tx, world: World) -> None:
    # The lock of the closure itself is another transaction's by then.
    (closure,) = closures.of_centre(tx, world.centre.id, HOUR)
    closures.change(tx, closure, None, reason="시험", by=world.manager.person_id)


def _source(tx: Tx, world: World) -> None:
    (source,) = machines.sources(tx, centre_id=world.centre.id)
    machines.insert_source_settings(tx, source, effective_from=NOW)


def _tariff(tx: Tx, world: World) -> None:
    (tariff,) = statements.tariffs(tx, world.centre.id)
    statements.publish_tariff(tx, tariff.id, by=world.manager.person_id)


WRITES = {
    "a tariff's publication": _tariff,
    "a centre's holiday": _own_holiday,
    "a national holiday": _national_holiday,
    "a centre's rule": lambda tx, world: _setting(tx, world, is_of_all=False),
    "a rule of all centres": lambda tx, world: _setting(tx, world, is_of_all=True),
    "a closure": lambda tx, world: closures.insert(tx, _closure(world)),
    "a closure's change": _changed_closure,
    "a source's settings": _source,
}


@pytest.mark.parametrize("what", WRITES)
def test_no_cutoff_is_taken_before_a_fact_is_committed(
    what: str, world: World, database_url: str
) -> None:
    world.source(world.machine("mill-1"))
    with transaction(world.pool, SYSTEM) as tx:
        closures.insert(tx, _closure(world))
    document = {"effective_from": "2026-01-01", "items": []}
    tariffs.draft(world.pool, world.manager, centre=world.centre.id, document=document)
    with psycopg.connect(database_url, autocommit=True) as other:

        def is_free() -> bool:
            row = other.execute(
                "select pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"recording {world.centre.id}"],
            ).fetchone()
            return bool(row and row[0])

        assert is_free()
        with transaction(world.pool, SYSTEM) as tx:
            WRITES[what](tx, world)
            assert not is_free()
        assert is_free()
