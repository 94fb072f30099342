"""Sequences that once came out wrong, by the whole way, where time itself or an answer decides.

docs/dialects/README.md lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from gadong.billing.services import statement_drafts
from gadong.booking.services import timeline
from gadong.booking.services.machine_ledger import usages
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.power_states import PowerThresholds
from gadong.machines.domain.machine import Machine, Source
from gadong.metering.domain.job import Job
from gadong.metering.domain.run import Run
from gadong.metering.services import metering
from gadong.metering.store import runs
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from gadong.people.domain.company import Company
from tests.ingest.publisher import Publisher
from tests.support.dialects.sparkplug import bd, payload
from tests.support.ingest.a_bad_day import notified
from tests.support.ingest.listening import heard, state, stored
from tests.support.waiting import until
from tests.support.world import World

METER = PowerThresholds(run_above=400, idle_below=250)
AT_ONCE = PowerThresholds(
    run_above=400, idle_below=250, run_after=timedelta(0), idle_after=timedelta(0)
)
POINTS = [{"value": "run", "states": "true=running,false=idle"}]
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Site:
    """A centre with its broker, its ingest and its database."""

    world: World
    device: Publisher
    pool: Pool

    def bound(self, name: str, dialect: str, **given: Any) -> Source:
        """A machine's source that ingest hears."""
        source = self.world.source(self.world.machine(name), dialect, **given)
        heard(self.world, source)
        return source

    def stored(self, source: Source) -> list[dict[str, Any]]:
        """Return a source's messages as they were understood."""
        with transaction(self.pool, SYSTEM) as tx:
            return many(
                tx,
                "select channel, text_value, number from signals where source_id = %(id)s order "
                "by recorded_at, ordinal",
                id=source.id,
            )

    def set_aside(self, source: Source) -> list[str]:
        """Return the reasons for which a source's messages were not understood."""
        with transaction(self.pool, SYSTEM) as tx:
            found = many(tx, "select reason from quarantine where source_id = %(id)s", id=source.id)
        return [row["reason"] for row in found]

    def said(self, source: Source, channel: str, value: object) -> bool:
        """Return whether a source has sent this value."""
        return any(
            (s["channel"], s["text_value"] or s["number"]) == (channel, value)
            for s in self.stored(source)
        )

    def derived(self, source: Source) -> tuple[list[Run], list[Job]]:
        """The runs and jobs of a source's machine, derived up to now."""
        metering.catch_up(self.pool)
        whole = Period(datetime.now(UTC) - timedelta(days=2), datetime.now(UTC) + timedelta(days=1))
        with transaction(self.pool, SYSTEM) as tx:
            return runs.of_machine(tx, source.machine_id, whole), runs.jobs_of_machine(
                tx, source.machine_id, whole
            )

    def states(self, source: Source) -> list[str]:
        """The states of a source's machine in order, as far as time has come."""
        return [
            run.state.value for run in self.derived(source)[0] if run.start <= datetime.now(UTC)
        ]

    def shown(self, source: Source) -> tuple[str, float | None]:
        """The state and the draw that the floor shows."""
        live = {s.machine.id: s.live for s in timeline.seen(self.pool, self.world.manager)}[
            source.machine_id
        ]
        assert live is not None
        return live.state.value, live.power_watts

    def computed(self, company: Company, at: datetime) -> tuple[list[str], int]:
        """Return a company's blockers of a month, and the total of its lines."""
        month = f"{at.astimezone(self.world.ZONE):%Y-%m}"
        found = statement_drafts.preview(
            self.pool,
            self.world.manager,
            centre=self.world.centre.id,
            company=company.id,
            month=month,
        )
        return [b.code for b in found.blockers], found.document.totals.lines


@pytest.fixture
def site(world: World, device: Publisher, pool: Pool) -> Site:
    """The site of a test."""
    world.tariff()
    return Site(world, device, pool)


def machine_of(site: Site, source: Source) -> Machine:
    """The machine of a source."""
    return next(
        s.machine
        for s in timeline.seen(site.pool, site.world.manager)
        if s.machine.id == source.machine_id
    )


def every_second(say: Callable[[], None], *, done: Callable[[], bool]) -> Callable[[], bool]:
    """Say something each second until it is done."""
    last = [0.0]

    def turn() -> bool:
        if monotonic() - last[0] >= 1:
            last[0] = monotonic()
            say()
        return done()

    return turn


def test_r3_a_host_whose_clock_is_hours_slow_is_billed_where_it_printed(site: Site) -> None:
    slow = {"nine": timedelta(hours=9), "sixteen": timedelta(hours=16)}
    bound = {name: site.bound(name, "octoprint") for name in slow}
    now = datetime.now(UTC)
    then = site.world.company()
    today = site.world.company()
    for name, late in slow.items():
        machine = machine_of(site, bound[name])
        site.world.booked(machine, then, now - late - timedelta(minutes=30), hours=1)
        site.world.booked(machine, today, now - timedelta(minutes=30), hours=2)

    def event(host: str, kind: str, **more: object) -> tuple[str, object]:
        stamp = int((datetime.now(UTC) - slow[host]).timestamp())
        return f"{bound[host].base}/event/{kind}", {"_event": kind, "_timestamp": stamp, **more}

    def warm() -> None:
        for name, late in slow.items():
            stamp = int((datetime.now(UTC) - late).timestamp())
            body = {"actual": 200.0, "target": 200.0, "_timestamp": stamp}
            site.device.publish(f"{bound[name].base}/temperature/tool0", body)

    def told() -> bool:
        with transaction(site.pool, SYSTEM) as tx:
            notice_delivery.publish_outbox(tx)
        notices = jobs.notices(site.pool, site.world.manager, before=None, most=20)
        return sum(n.kind == "source.clock_wrong" for n in notices) == len(slow)

    site.device.publish_all([event(name, "PrintStarted", name="jig") for name in slow])
    until(every_second(warm, done=told), within=60, what="both clocks are found out")
    site.device.publish_all([event(name, "PrintDone", name="jig") for name in slow])
    until(
        lambda: all(site.states(s)[-1:] == ["idle"] for s in bound.values()),
        what="both prints are over",
    )
    for name, late in slow.items():
        found, worked = site.derived(bound[name])
        (ran,) = [run for run in found if run.state is State.RUNNING]
        assert now - timedelta(seconds=2) <= ran.start <= datetime.now(UTC), "today, not hours ago"
        assert ran.uncertain_seconds >= late.total_seconds() - 60
        assert [job.name for job in worked] == ["jig"]
    for late in slow.values():
        assert site.computed(then, now - late)[1] == 0, "nobody pays for another's print"
    assert "statement.uncertain" in site.computed(today, now)[0]
    for source in bound.values():
        (use,) = usages(
            site.pool, site.world.manager, machine_of(site, source), Period(now - HOUR, now + HOUR)
        )
        assert use.company_id == today.id


def test_r4_a_node_that_dies_under_an_older_number_is_gone(site: Site) -> None:
    # `early` writes its will before its birth's number; `raised` counts on at a rebirth, its will
    # does not; `lives` answers.
    nodes = {
        name: site.bound(name, "sparkplug", base=f"g/{name}/mill", options={"points": POINTS})
        for name in ("early", "raised", "lives")
    }
    for name in nodes:
        site.device.listen(f"spBv1.0/g/NCMD/{name}")

    def birth(name: str, number: int) -> list[tuple[str, object]]:
        at = datetime.now(UTC)
        run = {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True}
        return [
            (f"spBv1.0/g/NBIRTH/{name}", payload(0, bd(number), at=at)),
            (f"spBv1.0/g/DBIRTH/{name}/mill", payload(1, run, at=at)),
        ]

    site.device.publish_all(
        [*birth("early", 8), *birth("raised", 3), *birth("raised", 4), *birth("lives", 8)]
    )
    until(
        lambda: all(site.said(s, "activity", "running") for s in nodes.values()),
        what="all are born",
    )
    died = [("early", 7), ("raised", 3), ("lives", 7)]
    site.device.publish_all(
        [(f"spBv1.0/g/NDEATH/{n}", payload(None, bd(number))) for n, number in died]
    )
    assert site.device.wait_for({"topic": "spBv1.0/g/NCMD/lives"}), "a stale death is a question"
    site.device.publish_all(birth("lives", 9))
    gone = [nodes["early"], nodes["raised"]]
    until(
        lambda: all(site.states(s)[-1:] == ["unknown"] for s in gone),
        within=30,
        what="no birth came: they are gone, and their runs are over",
    )
    assert site.states(nodes["lives"]) == ["running"]


@pytest.mark.parametrize("quality", [0, 500])
def test_r6_a_metric_of_bad_quality_is_unknown(site: Site, quality: int) -> None:
    source = site.bound("mill", "sparkplug", base="g/n/mill", options={"points": POINTS})
    at = datetime.now(UTC)
    named = {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True}
    properties = {"keys": ["Quality"], "values": [{"int_value": quality}]}
    bad = {"alias": 1, "boolean_value": True, "properties": properties}
    site.device.publish_all(
        [
            ("spBv1.0/g/NBIRTH/n", payload(0, bd(1), at=at)),
            ("spBv1.0/g/DBIRTH/n/mill", payload(1, named, at=at)),
            ("spBv1.0/g/DDATA/n/mill", payload(2, bad, at=at + timedelta(seconds=1))),
        ]
    )
    until(lambda: site.said(source, "activity", "unknown"), what="the bad value is read")
    until(lambda: site.states(source)[-1:] == ["unknown"], what="the run is over")


def test_a_past_metric_without_a_time_says_nothing_of_now(site: Site) -> None:
    source = site.bound("mill", "sparkplug", base="g/n/mill", options={"points": POINTS})
    at = datetime.now(UTC)
    named = {"name": "run", "alias": 1, "datatype": 11, "boolean_value": True}
    past = {"alias": 1, "boolean_value": False, "is_historical": True}
    site.device.publish_all(
        [
            ("spBv1.0/g/NBIRTH/n", payload(0, bd(1), at=at)),
            ("spBv1.0/g/DBIRTH/n/mill", payload(1, named, at=at)),
            ("spBv1.0/g/DDATA/n/mill", payload(2, past, at=at + timedelta(seconds=1))),
        ]
    )
    until(lambda: site.set_aside(source) == ["not_a_time"], what="the past value is set aside")
    assert site.states(source)[-1:] == ["running"]
    assert not site.said(source, "activity", "idle")


def test_r7_a_printer_whose_end_was_lost_is_asked_and_ends(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Five minutes are made two seconds; all else is as it is shipped.
    shortened = replace(DIALECTS["bambu"], asks_every=timedelta(seconds=2))
    assert DIALECTS["bambu"].asks_every == timedelta(minutes=5)
    monkeypatch.setitem(DIALECTS, "bambu", shortened)
    source = site.bound("p1", "bambu", base="device/01S00TEST")
    site.device.listen("device/01S00TEST/request")

    def push(**fields: object) -> tuple[str, object]:
        return "device/01S00TEST/report", {"print": {"command": "push_status", "msg": 1, **fields}}

    site.device.publish_all([push(gcode_state="RUNNING", subtask_name="jig")])
    until(lambda: site.said(source, "activity", "running"), what="it prints")
    warm = every_second(
        lambda: site.device.publish_all([push(nozzle_temper=210.0)]),
        done=lambda: site.device.wait_for(
            {"pushing": {"sequence_id": "0", "command": "pushall"}}, within=0.1
        ),
    )
    until(warm, within=30, what="it is asked for everything while only temperatures come")
    site.device.publish_all([push(msg=0, gcode_state="FINISH", subtask_name="jig")])
    until(lambda: site.states(source)[-1:] == ["idle"], what="the answer ends the run")
    assert [job.result for job in site.derived(source)[1]] == ["done"]


PHASES: Mapping[
    str, tuple[str, Mapping[str, Any], Callable[[Sequence[int]], list[tuple[str, object]]]]
] = {
    "emeter": (
        "shellies/em3",
        {"phases": "0,1,2"},
        lambda watts: [(f"shellies/em3/emeter/{n}/power", str(w)) for n, w in enumerate(watts)],
    ),
    "em1": (
        "pro3em",
        {"phases": "0,1,2"},
        lambda watts: [
            ("pro3em/events/rpc", notified(datetime.now(UTC), f"em1:{n}", id=n, act_power=w))
            for n, w in enumerate(watts)
        ],
    ),
}


@pytest.mark.parametrize("kind", PHASES)
def test_r10_three_phases_are_one_machine(site: Site, kind: str) -> None:
    base, options, said = PHASES[kind]
    source = site.bound("mill", "shelly", base=base, options=dict(options), thresholds=AT_ONCE)
    site.device.publish_all(said([150, 160, 170]))
    until(lambda: len(site.stored(source)) >= 3, what="the phases are read")
    until(
        lambda: site.states(source)[-1:] == ["running"],
        what="together they draw what it needs to run",
    )
    assert site.shown(source) == ("running", 480)
    site.device.publish_all(said([150, 10, 20]))
    until(lambda: site.states(source)[-1:] == ["idle"], what="one phase alone is no run")


def test_a_single_spike_is_no_run_and_no_job(site: Site) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    sampled = site.bound(
        "sampled",
        "mapper",
        base="meter/1",
        options={"time": "t", "points": [{"value": "w", "channel": "power_watts"}]},
        thresholds=METER,
        heartbeat=timedelta(minutes=5),
    )
    changes = site.bound("changes", "shelly", base="plug-1", thresholds=METER)

    def sample(minute: float, watts: int) -> tuple[str, object]:
        return "meter/1", {"t": int((start + timedelta(minutes=minute)).timestamp()), "w": watts}

    def change(second: float, watts: float) -> tuple[str, object]:
        return "plug-1/events/rpc", notified(start + timedelta(seconds=second), apower=watts)

    site.device.publish_all(
        [
            *(sample(m, w) for m, w in ((0, 120), (5, 120), (10, 2400), (15, 120), (20, 120))),
            *(change(s, w) for s, w in ((0, 120.0), (300, 2400.0), (303, 120.0), (1200, 118.0))),
        ]
    )
    until(
        lambda: len(site.stored(sampled)) == 5 and len(site.stored(changes)) == 4,
        what="all is read",
    )
    for source in (sampled, changes):
        found, worked = site.derived(source)
        assert (["running" for run in found if run.state is State.RUNNING], worked) == ([], [])
    # Two readings in a row are work, which began between the reading before and the first of them.
    site.device.publish_all([sample(25, 2400), sample(30, 2400), sample(35, 120), sample(40, 120)])
    until(lambda: len(site.stored(sampled)) == 9, what="all is read")
    (ran,) = [run for run in site.derived(sampled)[0] if run.state is State.RUNNING]
    assert (ran.start, ran.end) == (start + timedelta(minutes=25), start + timedelta(minutes=35))


@pytest.mark.parametrize("first", ["online", "telemetry"])
def test_a_gateway_that_went_off_at_the_end_of_its_job_leaves_no_time_to_nobody(
    site: Site, first: str
) -> None:
    # Its last word is `running`. When it is back it says something else first, and its state twenty
    # minutes later.
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=4)
    if (
        start.astimezone(site.world.ZONE).month
        != (start + 3 * HOUR).astimezone(site.world.ZONE).month
    ):
        start -= timedelta(hours=6)
    source = site.bound("mill", "gadong-json")
    machine, before, after = machine_of(site, source), site.world.company(), site.world.company()
    site.world.booked(machine, before, start, hours=1)
    site.world.booked(machine, after, start + 2 * HOUR + timedelta(minutes=20), hours=0.5)

    def word(seq: int, minute: float, said: str, boot: str = "b1") -> tuple[str, object]:
        return f"{source.base}/state", state(boot, seq, said, start + timedelta(minutes=minute))

    def warm(seq: int, minute: float) -> tuple[str, object]:
        at = (start + timedelta(minutes=minute)).isoformat()
        return f"{source.base}/telemetry", {
            "v": 1,
            "boot": "b2",
            "seq": seq,
            "at": at,
            "temperature": 21.5,
        }

    working = [word(n + 1, n, "idle" if n < 5 else "running") for n in range(61)]
    back = [warm(n + 1, 120 + n) for n in range(25)]
    resting = [word(26 + n, 145 + n, "idle", "b2") for n in range(30)]
    link = [(f"{source.base}/online", "true")] if first == "online" else []
    said = [*working, *link, *back, *resting]
    site.device.publish_all(said)
    until(lambda: stored(site.pool) == len(said), within=30, what="all is read")
    found = site.derived(source)[0]
    ran = [(run.start, run.end) for run in found if run.state is State.RUNNING]
    assert ran == [(start + timedelta(minutes=5), start + timedelta(minutes=61))]
    for company in (before, after):
        assert "statement.unattributed" not in site.computed(company, start)[0]
    assert site.computed(after, start)[1] == 0
