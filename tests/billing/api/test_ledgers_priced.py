"""Use that people wrote down becomes lines: their basis, their grade, their trail, and what is
still open.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from gadong.billing.domain.kept_statement import Statement
from gadong.billing.services import statements
from gadong.billing.services.proof import verification
from gadong.dialects.domain.signal import Channel
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.observation import Observed
from gadong.machines.services import ingestion, machines, observations
from tests.support.billing.ledgers_priced import CMM, cmm, observe, publish
from tests.support.billing.lines_by_their_own_day import API, at, drafted
from tests.support.booking.ledger_of_use import logged
from tests.support.metering.metering import message
from tests.support.world import World

__all__ = ["cmm"]


def times(made: Statement) -> list[dict[str, Any]]:
    """The traces of a draft's lines of time."""
    charges = [line["charge"] for line in made.document["lines"]]
    return [c["trace"] | {"amount": c["amount"]} for c in charges if c["component"] == "time"]


def test_written_use_without_a_booking_is_a_line_that_leads_to_its_entry(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    assert publish(world, manager, {**CMM, "ledger_basis": "actual_run"}).status_code == 200
    company = str(world.companies[0].id)
    entry = logged(manager, cmm, at(world, 12), 1.5, company=company).json()
    made = drafted(world)
    (line,) = times(made)
    assert (line["amount"], line["measured_seconds"], made.blockers) == (45_000, 5400, [])
    assert (line["logged"], line["ledger_seconds"], line["unknown_seconds"]) == (
        [entry["id"]],
        5400,
        0,
    )
    assert "등급 L" in made.document["lines"][0]["sentence_ko"]
    assert "grade L" in made.document["lines"][0]["sentence_en"]
    assert made.document["evidence"][0]["stretches"][0]["grade"] == "L"
    statements.approve(world.pool, world.manager, made.id)
    issued = statements.issue(
        world.pool, world.manager, made.id, close_early=False, now=datetime.now(UTC)
    )
    (verdict,) = verification.verify(world.pool, world.manager, number=issued.number)
    assert str(verdict) == "holds"
    (trail,) = manager.get(f"{API}/statements/{made.id}/evidence").json()["lines"]
    assert [(x["id"], x["origin"], x["reason"]) for x in trail["logged"]] == [
        (entry["id"], "paper", "치수 측정")
    ]
    assert [(r["state"], r["signals"]) for r in trail["runs"]] == [("running", 0)]
    # An entry that is taken back later changes no issued document, and is no fault of it.
    body = {"reason": "틀림", "is_correction": True}
    assert manager.post(f"{API}/logged-uses/{entry['id']}/reversal", json=body).status_code == 201
    (verdict,) = verification.verify(world.pool, world.manager, number=issued.number)
    assert str(verdict) == "holds"


@pytest.mark.parametrize(
    ("basis", "ledger_basis", "amount"),
    [
        ("actual_run", None, 45_000),  # in a kind of which others have signals
        ("actual_run", "actual_run", 45_000),
        ("actual_run", "booked", 60_000),
        ("actual_run", "hull", 75_000),
        ("booked", None, 60_000),
        ("hull", None, 75_000),
        ("booked", "actual_run", 45_000),
    ],
)
def test_a_ledgers_use_is_priced_by_the_basis_that_is_declared_for_ledgers(
    basis: str,
    ledger_basis: str | None,
    amount: int,
    world: World,
    manager: TestClient,
    cmm: Machine,
) -> None:
    world.machine(kind="cmm")
    item = {**CMM, "basis": basis, **({"ledger_basis": ledger_basis} if ledger_basis else {})}
    assert publish(world, manager, item).status_code == 200
    booked = world.booked(cmm, world.companies[0], at(world, 12), hours=2)
    company = str(world.companies[0].id)
    # Used for an hour and a half, of which half an hour after the booked end.
    late = at(world, 12, 11)
    assert (
        logged(manager, cmm, late, 1.5, company=company, booking=str(booked.id)).status_code == 201
    )
    made = drafted(world)
    assert sum(line["charge"]["amount"] for line in made.document["lines"]) == amount
    assert made.blockers == []


def test_a_booking_that_nobody_wrote_down_is_a_blocker_with_its_reason(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    assert publish(world, manager, {**CMM, "ledger_basis": "actual_run"}).status_code == 200
    booked = world.booked(cmm, world.companies[0], at(world, 12), hours=2)
    made = drafted(world)
    assert [(b["code"], b["actual"]) for b in made.blockers] == [("statement.unlogged", 1)]
    (line,) = times(made)
    assert (line["amount"], line["unbilled"]) == (0, "unlogged")
    assert manager.post(f"{API}/statements/{made.id}/approve").status_code == 422
    company = str(world.companies[0].id)
    assert (
        logged(manager, cmm, at(world, 12), company=company, booking=str(booked.id)).status_code
        == 201
    )
    made = drafted(world)
    assert (made.blockers, [x["amount"] for x in times(made)]) == ([], [30_000])


def test_a_manager_settles_a_booking_without_an_entry(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    assert publish(world, manager, {**CMM, "ledger_basis": "actual_run"}).status_code == 200
    booked = world.booked(cmm, world.companies[0], at(world, 12), hours=2)
    word = {
        "kind": "set_seconds",
        "seconds": 0,
        "start": at(world, 12).isoformat(),
        "end": at(world, 12, 12).isoformat(),
        "company": str(world.companies[0].id),
        "booking": str(booked.id),
        "reason": "오지 않음",
    }
    assert manager.post(f"{API}/machines/cmm-1/decisions", json=word).status_code == 201
    made = drafted(world)
    assert (made.blockers, [x["unbilled"] for x in times(made)]) == ([], ["decided"])


def test_a_room_is_priced_by_its_booking_and_asks_nothing(
    world: World, manager: TestClient
) -> None:
    company = world.company()
    room = world.machine("room", kind="room")
    observe(world, room, Observed.NEITHER)
    item = {
        "kind": "room",
        "rate_per_hour": "10000",
        "basis": "actual_run",
        "ledger_basis": "booked",
    }
    assert publish(world, manager, item).status_code == 200
    world.booked(room, company, at(world, 12), hours=2)
    made = drafted(world)
    (line,) = times(made)
    assert (line["amount"], line["unknown_seconds"], made.blockers) == (20_000, 7200, [])


def test_the_centres_own_entry_is_nobodys_charge(
    world: World, manager: TestClient, cmm: Machine
) -> None:
    assert publish(world, manager, {**CMM, "ledger_basis": "hull"}).status_code == 200
    assert logged(manager, cmm, at(world, 12)).status_code == 201
    assert (
        logged(manager, cmm, at(world, 13), company=str(world.companies[0].id)).status_code == 201
    )
    assert [x["amount"] for x in times(drafted(world))] == [30_000]


@pytest.mark.parametrize(
    ("observed", "item", "is_refused"),
    [
        ((Observed.LEDGER,), {}, True),
        ((Observed.NEITHER,), {}, True),
        ((Observed.LEDGER, Observed.NEITHER), {"basis": "actual_occupied"}, True),
        ((Observed.LEDGER, Observed.SIGNAL), {}, False),
        ((Observed.LEDGER,), {"basis": "booked"}, False),
        ((Observed.LEDGER,), {"basis": "hull"}, False),
        ((Observed.LEDGER,), {"ledger_basis": "actual_run"}, False),
        ((Observed.NEITHER,), {"ledger_basis": "actual_run"}, True),
        ((Observed.NEITHER,), {"ledger_basis": "booked"}, False),
        ((Observed.SIGNAL,), {}, False),
    ],
)
def test_a_basis_that_no_machine_of_the_kind_can_show_is_not_published(
    observed: tuple[Observed, ...],
    item: dict[str, str],
    *,
    is_refused: bool,
    world: World,
    manager: TestClient,
) -> None:
    hall = {}
    for n, how in enumerate(observed):
        machine = world.machine(f"cmm-{n}", kind="cmm")
        observe(world, machine, how)
        hall[machine.slug] = how
    answer = publish(world, manager, {**CMM, **item})
    if is_refused:
        assert answer.status_code == 422
        assert [(p["code"], p["actual"]) for p in answer.json()["problems"]] == [
            ("tariff.unmeasured", "kind:cmm")
        ]
        return
    assert answer.status_code == 200, answer.text
    by_use = item.get("basis", "actual_run") == "actual_run"
    expected = [
        (slug, "kind:cmm", item.get("ledger_basis", "actual_run"))
        for slug, how in hall.items()
        if how is not Observed.SIGNAL and by_use
    ]
    assert [
        (u["machine_slug"], u["item"], u["basis"]) for u in answer.json()["unmeasured"]
    ] == expected


def test_a_machines_own_item_speaks_for_it(world: World, manager: TestClient) -> None:
    observe(world, world.machine("cmm-1", kind="cmm"), Observed.LEDGER)
    world.machine("cmm-2", kind="cmm")
    own = {"machine": "cmm-1", "rate_per_hour": "1", "basis": "actual_run"}
    refused = publish(world, manager, CMM, own)
    assert [p["actual"] for p in refused.json()["problems"]] == ["cmm-1"]
    # The rest of the kind has signals, so that nothing of it is named.
    answer = publish(world, manager, CMM, {**own, "basis": "booked"})
    assert (answer.status_code, answer.json()["unmeasured"]) == (200, [])


def test_a_machine_of_signals_without_a_device_is_named_when_its_prices_are_published(
    world: World, manager: TestClient
) -> None:
    observe(world, world.machine("cmm-1", kind="cmm"), Observed.LEDGER)
    world.machine("cmm-2", kind="cmm")
    world.source(world.machine("cmm-3", kind="cmm"))
    world.machine("saw-1", kind="saw")
    by_booking = {"kind": "saw", "rate_per_hour": "1", "basis": "booked"}
    answer = publish(world, manager, CMM, by_booking).json()
    assert [(w["machine_slug"], w["item"]) for w in answer["without_device"]] == [
        ("cmm-2", "kind:cmm")
    ]
    assert [u["machine_slug"] for u in answer["unmeasured"]] == ["cmm-1"]


@pytest.fixture
def mill(world: World, manager: TestClient) -> Machine:
    """A mill whose device fell silent, and which has had a ledger since the fifteenth."""
    world.company()
    machine = world.machine("mill-1")
    assert publish(world, manager, {**CMM, "kind": "mill", "ledger_basis": "actual_run"}).is_success
    since = at(world, 15, 0)
    observations.declare(world.pool, world.manager, machine.id, Observed.LEDGER, since=since)
    world.source(machine)
    return machine


def heard(world: World, machine: Machine, *words: tuple[int, float, str]) -> None:
    """Store a device's words, each with its day and hour."""
    (source,) = machines.sources(world.pool, world.manager, machine)
    said = [message(source, at(world, d, h), Channel.ACTIVITY, word) for d, h, word in words]
    ingestion.commit(world.pool, world.centre.id, said, [])


@pytest.mark.parametrize(
    ("later", "amount", "refuted"),
    [
        # Written 10:30-12:00. The word of the tenth holds until the ledger begins, and no longer.
        (None, 45_000, []),
        (12.0, 45_000, []),
        # A device that speaks all the same is believed from its first word on. More than ten
        # minutes of written use that it takes away are asked about.
        (11 + 50 / 60, 40_000, []),
        (11 + 50 / 60 - 1 / 3600, 40_000, [("statement.refuted", 10)]),
        (11.0, 15_000, [("statement.refuted", 60)]),
        (10.5, 0, [("statement.unlogged", 1), ("statement.refuted", 90)]),
    ],
)
def test_a_word_from_before_the_ledger_says_nothing_of_the_ledgers_time(
    later: float | None,
    amount: int,
    refuted: list[tuple[str, int]],
    world: World,
    manager: TestClient,
    mill: Machine,
) -> None:
    heard(world, mill, (10, 9, "running"), (10, 10, "idle"))
    booked = world.booked(mill, world.companies[0], at(world, 16), hours=2)
    body = {"company": str(world.companies[0].id), "booking": str(booked.id)}
    assert logged(manager, mill, at(world, 16, 10.5), 1.5, **body).status_code == 201
    if later:
        heard(world, mill, (16, later, "idle"))
    made = drafted(world)
    assert [x["amount"] for x in times(made)] == [amount]
    assert [(b["code"], b["actual"]) for b in made.blockers] == refuted


def test_written_use_without_a_booking_that_signals_refute_is_not_lost_in_silence(
    world: World, manager: TestClient, mill: Machine
) -> None:
    heard(world, mill, (16, 10, "idle"))
    other, mine = world.company(), world.companies[0]
    made = logged(manager, mill, at(world, 16, 10.5), 1, company=str(mine.id))
    assert made.status_code == 201
    draft = drafted(world)
    assert times(draft) == []
    assert [(b["code"], b["actual"]) for b in draft.blockers] == [("statement.refuted", 60)]
    where = f"{API}/statements/{draft.id}/approve"
    assert manager.post(where).status_code == 422
    assert drafted(world, world.companies.index(other)).blockers == []
    # Its entry taken back, nothing is asked.
    undo = f"{API}/logged-uses/{made.json()['id']}/reversal"
    assert manager.post(undo, json={"reason": "착오"}).status_code == 201
    assert drafted(world).blockers == []
    assert manager.post(where).status_code == 200


def test_a_run_that_its_own_device_ends_goes_on_into_the_ledgers_time(
    world: World, manager: TestClient, mill: Machine
) -> None:
    world.booked(mill, world.companies[0], at(world, 14, 22), hours=4)
    heard(world, mill, (14, 21, "idle"), (14, 23, "running"))
    # Nobody knows how long it ran: until the ledger began at least.
    assert [x["amount"] for x in times(drafted(world))] == [30_000]
    heard(world, mill, (15, 1, "idle"))
    assert [x["amount"] for x in times(drafted(world))] == [60_000]


def test_a_booking_in_the_ledgers_time_is_no_no_show_by_a_word_from_before_it(
    world: World, mill: Machine
) -> None:
    heard(world, mill, (10, 9, "running"), (10, 10, "idle"))
    world.booked(mill, world.companies[0], at(world, 16), hours=2)
    made = drafted(world)
    assert [b["code"] for b in made.blockers] == ["statement.unlogged"]
    (line,) = times(made)
    assert (line["amount"], line["unbilled"]) == (0, "unlogged")


@pytest.mark.parametrize(
    ("words", "amount", "unknown"),
    [
        # Signals observe the mill again from 10:00. What it was last heard to do says nothing of
        # the hour before its next word.
        ([(11.0, "idle")], 0, [60]),
        ([(10.5, "running"), (11.0, "idle")], 15_000, [30]),
        ([(10.0, "running"), (11.0, "idle")], 30_000, []),
    ],
)
def test_a_word_from_before_the_ledger_does_not_come_back_with_the_signals(
    words: list[tuple[float, str]],
    amount: int,
    unknown: list[int],
    world: World,
    manager: TestClient,
    mill: Machine,
) -> None:
    again = at(world, 16, 10)
    observations.declare(world.pool, world.manager, mill.id, Observed.SIGNAL, since=again)
    heard(world, mill, (14, 22, "running"), *((16, hour, word) for hour, word in words))
    world.booked(mill, world.companies[0], again, hours=2)
    made = drafted(world)
    assert sum(x["amount"] for x in times(made)) == amount
    asked = [b["actual"] for b in made.blockers if b["code"] == "statement.unknown"]
    assert asked == unknown
