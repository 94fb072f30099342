"""The signals that a derivation reads of a machine that rests for hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.core.database import Pool
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Channel
from gadong.machines.services import ingestion
from gadong.metering.services import metering, run_reading, signal_history
from ingest.batch import BATCH_LIMIT
from tests.support.metering.metering import message
from tests.support.world import World

METER = PowerThresholds(run_above=400, idle_below=250)
INTERVAL = timedelta(seconds=30)


def test_a_word_reads_no_more_the_longer_a_machine_rests(
    world: World, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = world.source(world.machine(), "shelly", base="plug-1", thresholds=METER)
    begin = datetime.now(UTC) - timedelta(hours=14)
    counts: list[int] = []
    read = signal_history.read_signals

    def counting(*told: Any, **named: Any) -> Any:
        found = read(*told, **named)
        counts.append(len(found[0]))
        return found

    def say(first: timedelta, last: timedelta, watts: float) -> None:
        steps = range(first // INTERVAL, last // INTERVAL)
        words = [message(source, begin + n * INTERVAL, Channel.POWER_WATTS, watts) for n in steps]
        for start in range(0, len(words), BATCH_LIMIT):
            batch = words[start : start + BATCH_LIMIT]
            ingestion.commit(pool, world.centre.id, batch, [])
        metering.catch_up(pool)

    monkeypatch.setattr(run_reading, "read_signals", counting)
    say(timedelta(0), timedelta(hours=1), 900.0)
    most = []
    for hour in (4, 12):
        rested = timedelta(hours=hour)
        say(timedelta(hours=1 if hour == 4 else 4) + INTERVAL, rested, 40.0)
        counts.clear()
        say(rested, rested + INTERVAL, 40.0)
        most.append(sum(counts))
    # Some hours of words every 30 seconds, whatever came before.
    assert most[1] <= most[0], most
    assert most[1] < 300, most
