"""Every recipe with a job that its sender acts: the exact runs, and what becomes of a bad value."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from gadong.core.domain.ids import new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.mapper import unmatched
from gadong.dialects.domain.formats.recipes import RECIPES
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.dialects.domain.signal import Signal
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.message import Message, Rejected
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from gadong.metering.domain.fold import fold
from tests.support.golden import CENTRE, MACHINE, SOURCE
from tests.support.recipes import SENDERS, Sender

START = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
WATTS = PowerThresholds(run_above=400, idle_below=250)
JOB = [(-10, "idle"), (0, "running"), (10, "paused"), (15, "running"), (30, "idle")]


def test_every_recipe_is_acted_and_documented() -> None:
    assert sorted(s.recipe for s in SENDERS) == sorted(RECIPES)


@pytest.mark.parametrize("sender", SENDERS, ids=lambda s: s.recipe)
def test_a_recipe_reads_a_job(sender: Sender) -> None:
    options = sender.options
    assert not re.findall(r"\b[A-Z]+_(?:TAG|NODE|FIELD|ID)\b", json.dumps(options)), (
        "words left to fill in"
    )
    DIALECTS["mapper"].check(options)
    metering = Metering(source_id=SOURCE, thresholds=WATTS if sender.is_meter else None)
    source = Source(
        id=SOURCE,
        centre_id=CENTRE,
        machine_id=MACHINE,
        dialect="mapper",
        base=sender.base,
        prefixes=(sender.base,),
        metering=metering,
        options=options,
    )
    router, signals, told = Router(CENTRE, [source]), list[Signal](), list[tuple[str, bytes]]()
    script = [(m, state) for m, state in JOB if state in sender.shows]
    for n, (minute, state) in enumerate(script):
        until = script[n + 1][0] if n + 1 < len(script) else 40
        steps = range(minute * 2, until * 2) if sender.is_meter else [minute * 2]
        for half in steps:
            at = START + timedelta(minutes=half / 2)
            for topic, body in sender.say(sender.base, state, at):
                told.append((topic[len(sender.base) + 1 :], body.encode()))
                delivery = BrokerMessage(
                    topic=topic,
                    payload=body.encode(),
                    qos=0,
                    retained=False,
                    is_repeated=False,
                    packet=len(signals),
                    received_at=at + timedelta(milliseconds=300),
                )
                for item in router.read(delivery, new_id()):
                    assert isinstance(item, Message), f"{topic} {body}: {item}"
                    signals += item.signals
    assert unmatched(options, told) == []
    found = fold([metering], signals, (), START + timedelta(minutes=40))
    runs = [(r.state.value, (r.start - START).total_seconds() / 60) for r in found]
    wanted = [
        (state, minute)
        for n, (minute, state) in enumerate(script)
        if not n or script[n - 1][1] != state
    ]
    assert [state for state, _ in runs] == [state for state, _ in wanted]
    slack = 1.0 if sender.is_meter else 0.02
    for (_, seen), (_, minute) in zip(runs, wanted, strict=True):
        assert abs(seen - minute) <= slack


@pytest.mark.parametrize("sender", SENDERS, ids=lambda s: s.recipe)
def test_a_recipe_never_guesses(sender: Sender) -> None:
    source = Source(
        id=SOURCE,
        centre_id=CENTRE,
        machine_id=MACHINE,
        dialect="mapper",
        base=sender.base,
        prefixes=(sender.base,),
        metering=Metering(source_id=SOURCE),
        options=sender.options,
    )
    for topic, body in sender.say(sender.base, "running", START):
        odd = body.replace("900.0", '"many"').replace("true", '"lunch"').replace("[1]", '["lunch"]')
        odd = (
            odd.replace("printing", "lunch").replace('"1"', '"lunch"').replace('run": 1', 'run": 9')
        )
        odd = odd.replace('running": 1', 'running": 9').replace('"value": 1', '"value": 9')
        delivery = BrokerMessage(
            topic=topic,
            payload=odd.encode(),
            qos=0,
            retained=False,
            is_repeated=False,
            packet=1,
            received_at=START,
        )
        for item in Router(CENTRE, [source]).read(delivery, new_id()):
            if isinstance(item, Message):
                assert "running" not in [s.text for s in item.signals]
            else:
                assert isinstance(item, Rejected)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, "running"),
        ({"Symbol": "Good"}, "running"),
        (0, "unknown"),
        ({"Code": 0}, "running"),
        ({"Code": 2147483648, "Symbol": "Bad"}, "unknown"),
        ("Good", "running"),
        ("Uncertain", "unknown"),
    ],
)
def test_a_status_that_is_left_out_is_opc_uas_good(status: object, state: str) -> None:
    node = "ns=2;s=Run"
    value: dict[str, object] = {"Value": 1, "SourceTimestamp": "2026-11-12T01:00:00Z"}
    if status is not None:
        value["StatusCode"] = status
    options = RECIPES["opc-publisher-samples"].filled(STATE_NODE=node)
    body = json.dumps({"NodeId": node, "Value": value}).encode()
    found = DIALECTS["mapper"].decode("", body, options)
    assert [f.value for f in found.facts if f.channel == "activity"] == [state]
