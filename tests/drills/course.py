"""The course of a drill: a device speaks, faults happen meanwhile, and all is counted.

Messages, in any number, report two hours of one machine, which works every other ten minutes. So
the time that is billed is known: one hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Thread
from time import monotonic, sleep

from gadong.billing.services import statement_drafts
from gadong.core.database import DatabaseAway, Pool, one, transaction
from gadong.core.domain.access import SYSTEM
from gadong.metering.services import metering
from tests.ingest.publisher import Publisher
from tests.support.waiting import until
from tests.support.world import World

LENGTH, BLOCK = timedelta(hours=2), timedelta(minutes=10)
# An hour at the 30,000 won of the world's tariff.
BILLED = 30_000
MACHINE = "mill"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something bad that happens once so much of all is stored."""

    name: str
    at: float
    happen: Callable[[], None]


@dataclass(slots=True)
class Report:
    """The figures of a drill."""

    name: str
    sent: int
    faults: dict[str, int] = field(default_factory=dict)
    stored: int = 0
    doubled: int = 0
    lost: int = 0
    billed: int = 0
    is_marked: bool = False
    recovered_within: float = 0.0
    seconds: float = 0.0

    def __str__(self) -> str:
        """Return the figures in one line."""
        faults = ", ".join(f"{count} {name}" for name, count in self.faults.items()) or "no faults"
        marked = " (the gap is marked)" if self.is_marked else ""
        return (
            f"{self.name}: {faults}: sent {self.sent:,} stored {self.stored:,} doubled "
            f"{self.doubled:,} lost {self.lost:,}{marked} billed {self.billed:,} won; recovered "
            f"within {self.recovered_within:.0f} s; {self.seconds:.0f} s in all"
        )


@dataclass(slots=True)
class Course:
    """One drill's world, and the messages of its machine."""

    name: str
    pool: Pool
    world: World
    count: int
    start: datetime = field(init=False)
    month: str = field(init=False)

    def __post_init__(self) -> None:
        """Choose two hours that have passed and lie in one month of the centre's."""
        self.start = datetime.now(UTC).replace(microsecond=0) - LENGTH - timedelta(hours=1)
        local = self.start.astimezone(World.ZONE)
        if (local + LENGTH).month != local.month:
            self.start -= LENGTH
        self.month = f"{self.start.astimezone(World.ZONE):%Y-%m}"

    def prepare(self) -> None:
        """Bind the machine, and book it for the two hours."""
        machine = self.world.machine(MACHINE)
        self.world.source(machine, "gadong-json")
        self.world.tariff()
        self.world.booked(machine, self.world.company(), self.start)

    def words(self, first: int = 1) -> list[tuple[str, object]]:
        """Return the messages, numbered from `first` to the last."""
        topic = f"gadong/v1/{self.world.centre.slug}/{MACHINE}/state"
        return [(topic, self._body(number)) for number in range(first, self.count + 1)]

    def _body(self, number: int) -> object:
        passed = LENGTH * (number - 1) / self.count
        is_running = (passed // BLOCK) % 2 == 0
        return {
            "boot": "b1",
            "seq": number,
            "at": (self.start + passed).isoformat(),
            "state": "running" if is_running else "idle",
        }

    def run(
        self,
        device: Publisher,
        words: Sequence[tuple[str, object]],
        faults: Sequence[Fault],
        *,
        within: float = 600,
    ) -> Report:
        """Send the words while the faults happen, wait for the end, and count.

        Nothing of them is lost, so each fault waits until so much is stored as it says.
        """
        report, began = Report(self.name, self.count), monotonic()
        sending = Thread(target=device.publish_all, args=(words,), kwargs={"within": within})
        sending.start()
        for fault in sorted(faults, key=lambda one: one.at):
            self._wait_until(self._highest, int(fault.at * self.count), within)
            before, at = self._highest(), monotonic()
            fault.happen()
            report.faults[fault.name] = report.faults.get(fault.name, 0) + 1
            if 0 < before < self.count:
                self._wait_until(self._highest, before + 1, within)
            report.recovered_within = max(report.recovered_within, monotonic() - at)
        sending.join(within)
        assert not sending.is_alive(), "the broker did not take it all"
        self._wait_until(self._upto, self.count, within)
        report.seconds = monotonic() - began
        self._count(report)
        return report

    def run_in_pieces(
        self, device: Publisher, faults: Sequence[Fault], *, within: float = 600
    ) -> Report:
        """Let each fault happen when the broker has just taken a piece of all that is sent.

        What it had not handed on is lost where the fault makes it forget.
        """
        report, began = Report(self.name, self.count), monotonic()
        words = self.words()
        size = max(self.count // (len(faults) + 2), 1)
        pieces = [words[first : first + size] for first in range(0, self.count, size)]
        happening = iter(sorted(faults, key=lambda one: one.at))
        sent, at = 0, began
        for piece in pieces:
            # Its first word is said until somebody hears it again.
            until(partial(self._hears, device, piece[0], sent + 1), within=within)
            if sent:
                report.recovered_within = max(report.recovered_within, monotonic() - at)
            device.publish_all(piece[1:], within=within)
            sent += len(piece)
            at = monotonic()
            if fault := next(happening, None):
                fault.happen()
                report.faults[fault.name] = report.faults.get(fault.name, 0) + 1
        until(lambda: self._hears(device, self._last(), self.count + 1), within=within)
        report.seconds = monotonic() - began
        self._count(report, extra=1)
        return report

    def set_aside(self) -> int:
        """Return how often a message was set aside, a repeated delivery included."""
        return self._ask("select coalesce(sum(occurrences), 0) as n from quarantine")

    def _hears(self, device: Publisher, word: tuple[str, object], number: int) -> bool:
        device.publish_all([word], within=120)
        return self._highest() >= number

    def _last(self) -> tuple[str, object]:
        topic = f"gadong/v1/{self.world.centre.slug}/{MACHINE}/state"
        at = (self.start + LENGTH).isoformat()
        return topic, {"boot": "b1", "seq": self.count + 1, "at": at, "state": "idle"}

    def _highest(self) -> int:
        """Return the highest number that is stored; 0 while the database is away."""
        return self._ask("select coalesce(max(highest), 0) as n from sequence_positions")

    def _upto(self) -> int:
        """Return the number up to which none is missing."""
        return self._ask("select coalesce(max(upto), 0) as n from sequence_positions")

    def _is_gap_where_lost(self) -> bool:
        """Return whether the numbers are complete up to just before the first that was lost."""
        first = self._ask(
            "select coalesce(min(n), 0) as n from (select generate_series(1, (select max(highest)"
            " from sequence_positions)) as n"
            " except select (convert_from(payload, 'UTF8')::jsonb ->> 'seq')::bigint"
            " from messages) as lost"
        )
        return first == self._upto() + 1

    def _wait_until(self, figure: Callable[[], int], reached: int, within: float) -> None:
        """Wait until a figure is reached, which may stand still for so many seconds."""
        highest, deadline = -1, 0.0
        while (present := figure()) < reached:
            if present > highest:
                highest, deadline = present, monotonic() + within
            assert monotonic() < deadline, f"{highest} of {reached} are stored, and no more come"
            sleep(0.05)

    def _ask(self, statement: str) -> int:
        try:
            with transaction(self.pool, SYSTEM) as tx:
                row = one(tx, statement)
        except DatabaseAway:
            return 0
        return int(row["n"]) if row else 0

    def _count(self, report: Report, *, extra: int = 0) -> None:
        metering.catch_up(self.pool)
        different = self._ask("select count(distinct payload) as n from messages")
        report.stored = different - extra
        report.doubled = self._ask("select count(*) as n from messages") - different
        report.lost = report.sent - report.stored
        company = self.world.companies[0].id
        computed = statement_drafts.preview(
            self.pool,
            self.world.manager,
            centre=self.world.centre.id,
            company=company,
            month=self.month,
        )
        report.billed = computed.document.totals.lines
        codes = {problem.code for problem in computed.blockers}
        report.is_marked = "statement.sequence_gap" in codes and self._is_gap_where_lost()
