"""One changed fact of any table that an issued statement is computed from is seen by verifying."""

from __future__ import annotations

import re
from datetime import timedelta

import psycopg
import pytest
from fastapi.testclient import TestClient

from gadong.billing.services.proof import verification
from gadong.booking.store import check_ins, closures
from gadong.core.database import recorded_at, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.period import Period
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from tests.support.billing.evidence import tampered
from tests.support.billing.ledgers_priced import CMM, observe
from tests.support.billing.lines_by_their_own_day import (
    API,
    EVERY_DAY,
    MILL,
    at,
    day_text,
    issued,
    mill,
    month_of,
    own_line,
    programme,
    proved,
    published,
    used,
)
from tests.support.billing.shared_bookings import answered, asked
from tests.support.people.parties import WHO
from tests.support.statements_executed import statements_executed
from tests.support.world import World

__all__ = ["mill"]

HOLIDAYS = {"weekdays": EVERY_DAY, "since": "00:00:00", "until": "00:00:00", "days": "holiday"}

PALLET_DAY = {"code": "pallet-day", "name_ko": "보관", "name_en": "Storage", "measure": "ea"}
PALLET_DAY["price"] = "1500"

#: By table, a change of one stored value. Each is on the first company's statement.
TRIED = {
    "bank_accounts": "set document = jsonb_set(document, '{holder}', '\"다른 사람\"')",
    "booking_events": "set snapshot = jsonb_set(snapshot, '{person_id}', to_jsonb(booking_id))",
    "booking_share_answers": "set answer = 'refuse'",
    "booking_shares": "set parts = parts + 1",
    "centres": "set zone = 'Asia/Tokyo'",
    "check_ins": "set at = at + interval '1 minute'",
    "closure_changes": "set during = tstzrange(lower(during), upper(during) + interval '1 minute')",
    "closures": "set kind = 'closed'",
    "companies": "set registration_number = '1048136565' where name = '회사 1'",
    "company_categories": "set category = 'other' where category = 'general'",
    "company_extras": "set name = '관외' where name = '관내'",
    "decisions": "set reason = reason || '.'",
    "entries": "set amount = amount + 1",
    "holidays": "set is_holiday = false",
    "logged_uses": "set during = tstzrange(lower(during), upper(during) + interval '1 minute')",
    "machine_observations": "set since = since + interval '1 minute'",
    "machines": "set kind = 'lathe' where slug = 'mill-1'",
    "messages": "set payload = payload || '\\x20'",
    "party_profiles": "set document = jsonb_set(document, '{address}', '\"부산\"')",
    "policy_settings": "set value = '16' where parameter = 'early_grace_minutes'",
    "register_entries": "set entry = jsonb_set(entry, '{nfec_number}', '\"NFEC-2026-01-2\"')",
    "signals": "set event_time = event_time + interval '1 minute'",
    "source_settings": "set settings = jsonb_set(settings, '{metering,proves_running}', 'true')",
    "sources": "set base = base || 'x'",
    "storage_lots": "set name = name || 'x'",
    "storage_moves": "set change = change + 1",
    "tenancies": "set rent = rent + 1",
    "tenancy_ends": "set until = until - 1",
    "units": "set name = name || 'x'",
    "tariffs": "set document = jsonb_set(document, '{items,0,rate_per_hour}', '\"30001\"')",
}
#: Of tables without a row of the statement's own: a row that changes what is known of its time.
ADDED = {
    # Nobody listened for half an hour in which the machine ran.
    "outages": """
        insert into outages (centre_id, during, session_kept, recorded_at)
        select centre_id,
            tstzrange(event_time + interval '30 minutes', event_time + interval '1 hour'),
            false, recorded_at
        from signals where text_value = 'running' limit 1
    """,
    "set_aside": """
        insert into set_aside (id, centre_id, source_id, since, until, reason, recorded_at)
        select gen_random_uuid(), centre_id, source_id, received_at - interval '1 s',
            received_at + interval '1 s', '시험', recorded_at
        from signals where text_value = 'running' limit 1
    """,
}
#: The tables that are read and hold no fact of a statement, and why.
NO_FACTS = {
    "archived_months": "where files of retired signals lie, each with its digest",
    "audit_entries": "the record of the rows themselves (test_altered_rows.py)",
    "centre_names": "a name may change",
    "corrections": "documents of their own (test_altered_rows.py)",
    "late_words": "an index of messages; what follows from it is in the runs",
    "retired_signals": "until when signals are gone",
    "signal_parts": "an index of signals; what follows from it is in the runs",
    "statement_evidence": "the kept evidence itself (test_evidence.py)",
    "statement_voids": "documents of their own (test_altered_rows.py)",
    "statements": "documents of their own (test_altered_rows.py)",
}


@pytest.fixture
def number(world: World, manager: TestClient, mill: Machine) -> str:
    """The number of an issued statement that has every kind of fact."""
    item = {**MILL, "windows": [{**HOLIDAYS, "pct": "150"}], "no_show": {"pct": "50"}}
    published(
        world,
        manager,
        item,
        CMM,
        discounts=[{"category": "general", "pct": "10"}],
        extra_discounts=[{"name": "관내", "pct": "20"}],
        subsidies=[programme(50, budget=100_000)],
        goods=[PALLET_DAY],
    )
    centre = f"{API}/centres/{world.centre.id}"
    own = f"{centre}/companies/{world.companies[0].id}"
    for where, body in (
        (f"{centre}/party", WHO),
        (f"{own}/party", {**WHO, "registration_number": ""}),
        (
            f"{centre}/bank-account",
            {"bank": "은행", "number": "1005-123-456789", "holder": "진흥원"},
        ),
        (
            f"{API}/machines/mill-1/register",
            {"entry": {"nfec_number": "NFEC-2026-01-000001"}, "reason": "등록"},
        ),
    ):
        done = manager.put(where, json=body)
        assert done.is_success, done.text
    proved(world, manager, "관내", day_text(world, 1))
    proved(world, manager, "바우처", day_text(world, 1))
    day = {"day": day_text(world, 12), "name": "임시공휴일"}
    assert manager.post(f"{centre}/holidays", json=day).status_code == 204
    rule = {
        "centre": str(world.centre.id),
        "values": {"early_grace_minutes": 15},
        "effective_from": at(world, 1, 0).isoformat(),
    }
    assert manager.put(f"{API}/policy", json=rule).status_code == 204
    cmm = world.machine("cmm-1", kind="cmm")
    observe(world, cmm, Observed.LEDGER)
    logged = {
        "machine_slug": "cmm-1",
        "company": str(world.companies[0].id),
        "start": at(world, 16).isoformat(),
        "end": at(world, 16, 12).isoformat(),
        "reason": "일지",
    }
    assert manager.post(f"{API}/logged-uses", json=logged).status_code == 201
    used(world, mill, at(world, 12))
    missed = world.booked(mill, world.companies[0], at(world, 15))
    shared = world.booked(mill, world.companies[0], at(world, 18), now=at(world, 17))
    request = asked(world, shared, (world.companies[1], 1))
    answered(world, shared, request, world.companies[1].id)
    with transaction(world.pool, SYSTEM) as tx:
        now = recorded_at(tx, world.centre.id)
        check_ins.insert(tx, missed, kind="in", at=at(world, 15, 11), recorded_at=now)
    closed = {
        "centre": str(world.centre.id),
        "start": at(world, 20).isoformat(),
        "end": at(world, 20, 12).isoformat(),
        "kind": "maintenance",
        "reason": "점검",
    }
    assert manager.post(f"{API}/closures", json=closed).status_code == 201
    with transaction(world.pool, SYSTEM) as tx:
        month = month_of(world).period(world.centre.zone)
        (closure,) = closures.of_centre(tx, world.centre.id, month)
        shorter = Period(closure.period.start, closure.period.end - timedelta(hours=1))
        closures.change(tx, closure, shorter, reason="빨리 끝남", by=world.manager.person_id)
    waived = {
        "kind": "waive",
        "booking": str(missed.id),
        "start": missed.period.start.isoformat(),
        "end": missed.period.end.isoformat(),
        "company": str(world.companies[0].id),
        "reason": "현장 확인",
    }
    done = manager.post(f"{API}/machines/mill-1/decisions", json=waived)
    assert done.status_code == 201, done.text
    own_line(world, manager, 10_000)
    own_lot(world, manager)
    unit = manager.post(f"{centre}/units", json={"name": "201호"}).json()["id"]
    let = {"unit": unit, "company": str(world.companies[0].id), "since": day_text(world, 1)}
    made = manager.post(f"{centre}/tenancies", json={**let, "rent": 200_000})
    assert made.status_code == 201, made.text
    left = {"last_day": day_text(world, 20), "reason": "해지"}
    assert manager.post(f"{API}/tenancies/{made.json()['id']}/end", json=left).is_success
    return str(issued(world).number)


def own_lot(world: World, manager: TestClient) -> None:
    """Store goods of the first company on the month's third day."""
    centre = f"{API}/centres/{world.centre.id}"
    store = manager.post(f"{centre}/units", json={"name": "냉장고"}).json()["id"]
    goods = {"unit": store, "company": str(world.companies[0].id), "good": "pallet-day"}
    body = {**goods, "name": "홍삼", "units": 2, "moved_on": day_text(world, 3)}
    assert manager.post(f"{centre}/storage-lots", json=body).status_code == 201


def tables_of(statements: list[str], url: str) -> set[str]:
    """Return the tables that the statements read, also through functions of the database."""
    with psycopg.connect(url) as owner:
        tables = {
            row[0]
            for row in owner.execute(
                "select table_name from information_schema.tables where table_schema = 'public'"
                " and table_type = 'BASE TABLE'"
            )
        }
        bodies = {
            row[0]: row[1] or ""
            for row in owner.execute(
                "select p.proname, p.prosrc from pg_proc p join pg_namespace n"
                " on n.oid = p.pronamespace where n.nspname = 'public'"
            )
        }
    found: set[str] = set()
    left, seen = list(statements), set[str]()
    while left:
        names = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)", left.pop().lower()))
        found |= names & tables
        left += [bodies[name] for name in names & bodies.keys() - seen]
        seen |= names
    return found


def test_every_table_that_is_read_is_tried(number: str, world: World, database_url: str) -> None:
    with statements_executed() as executed:
        (verdict,) = verification.verify(world.pool, world.manager, number=number)
    assert str(verdict) == "holds"
    read = tables_of(executed, database_url)
    assert read == TRIED.keys() | ADDED.keys() | NO_FACTS.keys()


@pytest.mark.parametrize("table", [*TRIED, *ADDED])
def test_one_changed_fact_differs(table: str, number: str, world: World, database_url: str) -> None:
    tampered(database_url, ADDED.get(table) or f"update {table} {TRIED[table]}")
    verdicts = verification.verify(world.pool, world.manager, number=number)
    assert [v.kind for v in verdicts] == [verification.Kind.DIFFERS]
