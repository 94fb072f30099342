"""The machine's word against cheating, by the whole way: broker, ingest, runs, notice, and the
statement that asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gadong.billing.services import statement_drafts, statements
from gadong.booking.domain.booking import Booking
from gadong.booking.domain.decision import DecisionKind
from gadong.booking.services import decisions
from gadong.booking.services.decisions import DecisionRequest
from gadong.core.database import Pool, many, transaction
from gadong.core.domain.access import SYSTEM
from gadong.core.domain.ids import CompanyId
from gadong.core.domain.machine_state import State
from gadong.core.domain.period import Period
from gadong.core.domain.problem import Refused
from gadong.machines.domain.machine import Machine
from gadong.machines.domain.senders.sender import BOOTS_PER_DAY
from gadong.metering.domain.run import Run
from gadong.metering.services import metering
from gadong.metering.store import runs
from gadong.notices.services import notice_delivery
from gadong.operations.services import jobs
from tests.ingest.publisher import Publisher
from tests.support.ingest.listening import heard, state, stored
from tests.support.waiting import until
from tests.support.world import World

MINUTES = 61


@dataclass
class Shop:
    """A machine whose gateway counts its seconds, booked by a company until a minute after its
    hour.
    """

    world: World
    device: Publisher
    pool: Pool
    machine: Machine
    company: CompanyId
    booking: Booking

    @property
    def start(self) -> datetime:
        """The instant at which the work begins."""
        return self.booking.period.start + timedelta(minutes=10)

    def say(
        self, boot: str, words: Sequence[tuple[float, str]], *, first: int = 1, **more: object
    ) -> None:
        """Publish states by second, numbered from the first on, and derive the runs."""
        before = stored(self.pool)
        topic = f"gadong/v1/{self.world.centre.slug}/{self.machine.slug}/state"
        self.device.publish_all(
            [
                (
                    topic,
                    state(boot, first + n, word, self.start + timedelta(seconds=second), **more),
                )
                for n, (second, word) in enumerate(words)
            ]
        )
        until(lambda: stored(self.pool) >= before + len(words), what="all of it is stored")
        metering.catch_up(self.pool)

    def an_hour(self, *, counted: bool) -> None:
        """61 minutes of work, each minute said once, with the counter where it has one."""
        topic = f"gadong/v1/{self.world.centre.slug}/{self.machine.slug}/state"
        said: list[tuple[str, dict[str, Any]]] = []
        for minute in range(-1, MINUTES + 2):
            word = "running" if 0 <= minute < MINUTES else "idle"
            more = (
                {"counters": {"run_s": 1000 + 60 * min(max(minute, 0), MINUTES)}} if counted else {}
            )
            at = self.start + timedelta(minutes=minute)
            said.append((topic, state("b1", minute + 2, word, at, **more)))
        self.device.publish_all(said)
        until(lambda: stored(self.pool) == len(said), what="the hour is stored")
        metering.catch_up(self.pool)

    def runs(self) -> list[Run]:
        """The machine's runs in the booked time."""
        with transaction(self.pool, SYSTEM) as tx:
            return runs.of_machine(
                tx, self.machine.id, Period(self.start, self.start + timedelta(hours=2))
            )

    def ran(self) -> tuple[float, set[str]]:
        """The seconds that ran, and how sure they are."""
        found = [r for r in self.runs() if r.state is State.RUNNING and r.end]
        return sum((r.end - r.start).total_seconds() for r in found if r.end), {
            r.grade.value for r in found
        }

    def asked(self) -> list[str]:
        """Return the codes that block the company's statement."""
        month = f"{self.start.astimezone(self.world.ZONE):%Y-%m}"
        computed = statement_drafts.preview(
            self.pool,
            self.world.manager,
            centre=self.world.centre.id,
            company=self.company,
            month=month,
        )
        return [problem.code for problem in computed.blockers]

    def notices(self) -> list[str]:
        """Return the manager's notices of the machine."""
        with transaction(self.pool, SYSTEM) as tx:
            notice_delivery.publish_outbox(tx)
        told = jobs.notices(self.pool, self.world.manager, before=None, most=20)
        return [notice.kind for notice in told if notice.kind.startswith(("machine.", "source."))]


@pytest.fixture
def shop(world: World, device: Publisher, pool: Pool) -> Shop:
    """A shop whose hour began three hours ago, within one month of the centre's."""
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
    local = start.astimezone(world.ZONE)
    if (local - timedelta(hours=1)).month != (local + timedelta(hours=4)).month:
        start -= timedelta(hours=6)
    machine, company = world.machine("mill-1"), world.company()
    world.tariff()
    heard(world, world.source(machine, "gadong-json"))
    booking = world.booked(machine, company, start - timedelta(minutes=10), hours=1.2)
    return Shop(world, device, pool, machine, company.id, booking)


def rewriting() -> list[tuple[float, str]]:
    """61 words that leave one second of each minute."""
    return [(60 * minute + 1, "idle") for minute in range(MINUTES)]


@pytest.mark.parametrize("counted", [True, False], ids=["with a counter", "without"])
def test_later_words_of_a_new_boot_are_used_and_marked(shop: Shop, counted: bool) -> None:
    shop.an_hour(counted=counted)
    assert (shop.ran(), shop.asked(), shop.notices()) == ((3660, {"A"}), [], [])
    shop.say("b2", rewriting())
    assert shop.ran() == (61, {"D"})
    assert shop.asked() == ["statement.contradicted"]
    assert "machine.rewritten" in shop.notices()


def test_another_sender_in_its_time_is_marked_by_the_counter(shop: Shop) -> None:
    # The first word of each pair is the gateway's, and the second comes before the gateway's next:
    # nothing is late.
    topic = f"gadong/v1/{shop.world.centre.slug}/{shop.machine.slug}/state"
    said: list[tuple[str, dict[str, Any]]] = []
    for minute in range(MINUTES + 2):
        at = shop.start + timedelta(minutes=minute)
        word = "running" if minute < MINUTES else "idle"
        counters = {"run_s": 1000 + 60 * min(minute, MINUTES)}
        said.append((topic, state("b1", minute + 1, word, at, counters=counters)))
        said.append((topic, state("b2", minute + 1, "idle", at + timedelta(seconds=1))))
    shop.device.publish_all(said)
    until(lambda: stored(shop.pool) == len(said), what="both are stored")
    metering.catch_up(shop.pool)
    assert shop.ran() == (61, {"D"})
    assert shop.asked() == ["statement.contradicted"]
    assert "machine.miscounted" in shop.notices()


def test_a_manager_settles_it_by_saying_what_is_billed(shop: Shop) -> None:
    shop.an_hour(counted=True)
    shop.say("b2", rewriting())
    month = f"{shop.start.astimezone(shop.world.ZONE):%Y-%m}"
    drafted = statement_drafts.draft(
        shop.pool,
        shop.world.manager,
        centre=shop.world.centre.id,
        company=shop.company,
        month=month,
    )
    with pytest.raises(Refused) as refused:
        statements.approve(shop.pool, shop.world.manager, drafted.id)
    assert [p.code for p in refused.value.problems] == ["statement.contradicted"]
    word = DecisionRequest(
        kind=DecisionKind.SET_SECONDS,
        period=shop.booking.period,
        company=shop.company,
        booking=shop.booking.id,
        seconds=3660,
        reason="가동 시간계",
    )
    decisions.decide(shop.pool, shop.world.manager, shop.machine, word, now=datetime.now(UTC))
    assert shop.asked() == []


def test_a_device_that_sends_all_again_after_a_power_cut_is_not_marked(shop: Shop) -> None:
    shop.an_hour(counted=True)
    again = [(60.0 * m, "running" if 0 <= m < MINUTES else "idle") for m in range(-1, MINUTES + 2)]
    shop.say("b2", again)
    assert (shop.ran(), shop.asked(), shop.notices()) == ((3660, {"A"}), [], [])


def test_an_outbox_that_drains_after_the_present_is_not_marked(shop: Shop) -> None:
    # Ten minutes are heard; the network is away; the gateway says how it is now, and then what it
    # kept, numbers and all.
    shop.say("b1", [(60 * m, "running") for m in range(11)])
    shop.say("b1", [(60 * m, "idle") for m in range(61, 64)], first=62)
    shop.say("b1", [(60 * m, "running" if m < 30 else "idle") for m in range(11, 61)], first=12)
    assert (shop.ran(), shop.asked(), shop.notices()) == ((1800, {"A"}), [], [])


def test_the_boots_of_a_day_are_bounded_and_the_rest_waits(shop: Shop) -> None:
    topic = f"gadong/v1/{shop.world.centre.slug}/{shop.machine.slug}/state"
    for boot in range(BOOTS_PER_DAY + 1):
        at = shop.start + timedelta(minutes=boot)
        shop.device.publish_all([(topic, state(f"boot-{boot}", 1, "idle", at))])
    until(lambda: len(_aside(shop.pool)) == 1, what="the last boot is set aside")
    assert _aside(shop.pool) == ["too_many_boots"]
    assert stored(shop.pool) == BOOTS_PER_DAY
    assert shop.notices() == ["source.restarts"]
    # A boot that was admitted goes on.
    shop.say("boot-0", [(3600, "idle")], first=2)
    assert stored(shop.pool) == BOOTS_PER_DAY + 1


def _aside(pool: Pool) -> list[str]:
    with transaction(pool, SYSTEM) as tx:
        return [row["reason"] for row in many(tx, "select reason from quarantine")]
