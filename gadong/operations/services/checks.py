"""Evaluation of the list of checks, and its last results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from gadong.core.database import Pool, Tx, clock, transaction
from gadong.core.domain.access import SYSTEM, Caller, Right
from gadong.core.domain.ids import CentreId
from gadong.core.domain.problem import NotFound
from gadong.machines.store import broker_sessions
from gadong.operations.domain import checks as rules
from gadong.operations.domain.checks import Check, CheckLevel, CheckResult, CheckState
from gadong.operations.services import archiving
from gadong.operations.services.archiving import ArchivePlan
from gadong.operations.services.disk import disk_use
from gadong.operations.services.health import CLOCK_SETTLED_AFTER, is_received
from gadong.operations.store import checks, clock_steps
from gadong.people.store import people

MEMORY_FILE = Path("/proc/meminfo")
# Mail that waits longer is not sent any more (notices' schedule of retries).
MAIL_KEPT = timedelta(days=4)
# A result that nobody renews is of a check that is not made any more.
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """Files and directories of this computer that the checks look at, and the archive's plan."""

    data_directory: str = ""
    certificates: tuple[str, ...] = ()
    plan: ArchivePlan | None = None
    memory_file: Path = MEMORY_FILE


def evaluate(pool: Pool, sights: Sights) -> list[CheckResult]:
    """Make every check and store its result, with the beginning of its level."""
    with transaction(pool, SYSTEM) as tx:
        now = clock(tx)
        results = [*_of_database(tx, now), *_of_computer(sights, now)]
        if sights.plan:
            behind = archiving.months_behind(tx, sights.plan, now)
            results.append(rules.archive(months_behind=behind))
        for result in results:
            checks.put(tx, result, now=now)
        checks.forget(tx, before=now - KEPT)
    return results


def current(pool: Pool) -> list[CheckState]:
    """Return every check's last result, the worst first.

    The scheduler makes the checks; the check named for it is made here, by their age.
    """
    with transaction(pool, SYSTEM) as tx:
        return current_in(tx)


def for_caller(pool: Pool, who: Caller, centre_id: CentreId | None) -> list[CheckState]:
    """Return the installation's checks and a centre's, for who sees its floor.

    All to administrators.
    """
    if who.is_administrator:
        return current(pool)
    if centre_id is None:
        raise NotFound("You have nothing to do with any centre yet")
    who.need(centre_id, Right.FLOOR_SEE)
    return [state for state in current(pool) if state.result.centre_id in {None, centre_id}]


def worst_by_check(found: Sequence[CheckState]) -> dict[Check, CheckLevel]:
    """Return each check's worst level, whatever the centre: no centre is named."""
    levels: dict[Check, CheckLevel] = {}
    for state in found:
        check, level = state.result.check, state.result.level
        levels[check] = max(level, levels.get(check, CheckLevel.GOOD), key=lambda each: each.number)
    return levels


def current_in(tx: Tx) -> list[CheckState]:
    """Return the same in a transaction of the caller's."""
    now = clock(tx)
    found = checks.states(tx)
    seen_at = max((state.seen_at for state in found), default=None)
    beat = rules.scheduler(seen_at=seen_at, now=now)
    since = checks.installed_at(tx) if seen_at is None else seen_at
    found.append(CheckState(result=beat, since=since or now, seen_at=now))
    return sorted(found, key=lambda s: (-s.result.level.number, s.result.check, s.since))


def _of_database(tx: Tx, now: datetime) -> Iterator[CheckResult]:
    centres = {centre.slug: centre.id for centre in people.centres(tx)}
    gaps = checks.gaps(tx, since=now - rules.GAP_UNTIL, before=now - rules.GAP_AFTER)
    causes = checks.quarantined(tx, since=now - rules.QUARANTINE_NEWS)
    for session in broker_sessions.listening(tx):
        centre_id = centres[session.slug]
        yield rules.signals(centre_id, is_received=is_received(session, now))
        yield rules.gaps(centre_id, gaps.get(centre_id, 0))
        yield rules.quarantine(centre_id, causes.get(centre_id, 0))
    dropped, dropped_at = checks.dropped(tx)
    yield rules.drops(dropped=dropped, dropped_at=dropped_at, now=now)
    marks = checks.waiting_machines(tx)
    yield rules.metering(waiting=marks.count, oldest=age(marks.oldest, now))
    yield rules.jobs(checks.failed_jobs(tx))
    mails = checks.mails(tx, since=now - timedelta(days=1), kept_since=now - MAIL_KEPT)
    yield rules.mail(waiting=mails.count, oldest=age(mails.oldest, now), failed=mails.stuck)
    if installed := checks.installed_at(tx):
        last = checks.last_backups(tx)
        yield rules.backup(last=last.get("backup"), installed=installed, now=now)
        yield rules.trial(last=last.get("trial"), installed=installed, now=now)
    step = clock_steps.last(tx)
    yield rules.clock(
        step=step.step if step else timedelta(0),
        seen_at=step.seen_at if step else None,
        now=now,
        settled=CLOCK_SETTLED_AFTER,
    )


def _of_computer(sights: Sights, now: datetime) -> Iterator[CheckResult]:
    if use := disk_use(sights.data_directory):
        yield rules.disk(use)
    if memory := _memory(sights.memory_file):
        yield rules.memory(available=memory[0], total=memory[1])
    ends = [(until, file) for file in sights.certificates for until in _ends(Path(file))]
    if ends:
        until, file = min(ends)
        yield rules.certificate(name=Path(file).name, until=until, now=now)


def _memory(file: Path) -> tuple[int, int] | None:
    """Return the available and the whole memory in bytes, as Linux says them; None elsewhere."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return None
    found = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    try:
        return int(found["MemAvailable"][0]) * 1024, int(found["MemTotal"][0]) * 1024
    except (KeyError, IndexError, ValueError):
        return None


def _ends(file: Path) -> list[datetime]:
    """Return until when the certificates of a file hold; one that cannot be read has ended."""
    try:
        return [c.not_valid_after_utc for c in x509.load_pem_x509_certificates(file.read_bytes())]
    except (OSError, ValueError):
        return [datetime(1970, 1, 1, tzinfo=UTC)]


def age(since: datetime | None, now: datetime) -> timedelta:
    """Return how long something has lasted; nothing without a beginning."""
    return max(now - since, timedelta(0)) if since else timedelta(0)
