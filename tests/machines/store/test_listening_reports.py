"""Reports of listening are written together, each with its own instant, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.database import Pool, transaction
from gadong.core.domain.access import SYSTEM
from gadong.machines.domain.listening import Listening
from gadong.machines.services import ingestion, listening_reports
from gadong.machines.services.listening_reports import ListeningReports
from gadong.machines.store import broker_sessions
from tests.support.world import World


def sessions(pool: Pool) -> dict[str, Listening]:
    """Return what is recorded of each centre's session."""
    with transaction(pool, SYSTEM) as tx:
        return {session.slug: session for session in broker_sessions.listening(tx)}


def test_each_centre_has_the_instant_of_its_own_report(
    world: World, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, reports, clock = World.made(pool), ListeningReports(pool), [100.0]
    monkeypatch.setattr(listening_reports, "monotonic", lambda: clock[0])
    for one in (world, other):
        ingestion.begin_listening(pool, one.centre.id, session_kept=False)
    reports.report(world.centre.id, detail="a full disk", dropped=0)
    clock[0] += 4
    reports.report(other.centre.id, detail="", dropped=0)
    clock[0] += 3
    assert reports.write() == 2
    now, found = datetime.now(UTC), sessions(pool)
    ages = []
    for one in (world, other):
        seen_at = found[one.centre.slug].seen_at
        assert seen_at is not None
        ages.append(now - seen_at)
    assert ages[0] - ages[1] == timedelta(seconds=4)
    assert ages[1] >= timedelta(seconds=3)
    assert found[world.centre.slug].detail == "a full disk"
    assert found[other.centre.slug].detail == ""
    assert reports.write() == 0


def test_a_session_that_has_ended_is_not_reported_to_listen(world: World, pool: Pool) -> None:
    reports = ListeningReports(pool)
    ingestion.begin_listening(pool, world.centre.id, session_kept=False)
    before = sessions(pool)[world.centre.slug].seen_at
    reports.report(world.centre.id, detail="", dropped=0)
    reports.withdraw(world.centre.id)
    ingestion.report_not_listening(pool, world.centre.id, detail="the broker is away")
    assert reports.write() == 0
    found = sessions(pool)[world.centre.slug]
    assert (found.is_connected, found.seen_at, found.detail) == (
        False,
        before,
        "the broker is away",
    )


def test_the_last_report_of_a_centre_counts(world: World, pool: Pool) -> None:
    reports = ListeningReports(pool)
    ingestion.begin_listening(pool, world.centre.id, session_kept=False)
    reports.report(world.centre.id, detail="first", dropped=0)
    reports.report(world.centre.id, detail="last", dropped=0)
    assert reports.write() == 1
    assert sessions(pool)[world.centre.slug].detail == "last"
