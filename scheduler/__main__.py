"""Entry point of `python -m scheduler`: runs due jobs until stopped.

All state is in the database.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from time import monotonic

from apscheduler.schedulers.blocking import BlockingScheduler

from gadong import logs
from gadong.core.database import NOT_NOW, Pool, open_pool
from gadong.core.services.sealing import Keyring
from gadong.notices.services.answer_links import MailedLinks
from gadong.notices.services.notice_delivery import Senders
from gadong.operations.services import checks, program_metrics
from gadong.operations.services.archiving import ArchivePlan
from gadong.operations.services.checks import Sights
from gadong.settings import Settings
from scheduler import metrics
from scheduler.clock import DatabaseClock, Watchdog
from scheduler.memory import share_one_heap
from scheduler.push_messages import contact_of, push_sender
from scheduler.senders import senders_of
from scheduler.text_messages import text_sender
from scheduler.timetable import Lane, tick_deliveries, tick_metering, tick_slots

log = logging.getLogger("scheduler")

# The shortest slot is a minute.
SLOW_AFTER = 60.0
# Seconds between a lane's ticks. Nobody waits for a night's work, and each of its ticks reads every
# centre's holidays.
TICK_EVERY = {Lane.MINUTE: 5, Lane.POST: 5, Lane.NIGHT: 30}


def main() -> int:
    """Return 0 after a stop, and 1 if the timetable stood still."""
    share_one_heap()
    settings = Settings()
    settings.need_secure()
    logs.configure(settings.log_level)
    pool = open_pool(settings.database_url, size=settings.database_connections, name="scheduler")
    # Ticks that are late or coincide become one; a tick reads the due work, so that none is missed.
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    ticker = BlockingScheduler(timezone=UTC, job_defaults=defaults)
    ticker.add_job(
        _quiet_tick("metering", lambda: tick_metering(pool)), "interval", seconds=1, id="metering"
    )
    clock = DatabaseClock(pool)
    keys = Keyring.of(settings.data_keys, settings.secret)
    links = MailedLinks(public_url=settings.public_url, keys=keys)
    plan = ArchivePlan.of(settings.archive_directory, settings.archive_months)
    # Each lane has its own tick, so that no night's work delays who is waiting now.
    for lane in Lane:
        do_slots = partial(_do_slots, pool, clock, lane, links=links, plan=plan)
        tick = _quiet_tick(f"slots by {lane}", do_slots)
        ticker.add_job(tick, "interval", seconds=TICK_EVERY[lane], id=f"slots by {lane}")
    sights = Sights(
        data_directory=settings.data_directory,
        certificates=settings.watched_certificates,
        plan=plan,
    )
    watch = _quiet_tick("checks", partial(_check, pool, sights))
    ticker.add_job(watch, "interval", seconds=30, id="checks", next_run_time=datetime.now(UTC))
    # Each channel has its own tick, so that no webhook delays mail.
    texts = text_sender(pool, keys, allow_local=settings.insecure_cookies)
    pushes = push_sender(
        pool,
        keys,
        secret=settings.secret,
        contact=contact_of(settings),
        allow_local=settings.insecure_cookies,
    )
    for channel, sender in (senders_of(settings) | {"text": texts, "push": pushes}).items():
        senders = Senders(by_channel={channel: sender}, secret=settings.secret, keys=keys)
        tick = _quiet_tick(f"deliveries by {channel}", partial(_send, pool, senders))
        ticker.add_job(tick, "interval", seconds=5, id=f"deliveries by {channel}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ticker.shutdown(wait=False))
    stalled: list[bool] = []

    def stop_stalled() -> None:
        stalled.append(True)
        ticker.shutdown(wait=False)

    watchdog = Watchdog(ticker, stalled=stop_stalled)
    watchdog.start()
    log.info("started", extra={"pid": os.getpid()})
    registry = program_metrics.registry(pool)
    metrics.install(registry, pool)
    with program_metrics.serving(*settings.metrics_at("scheduler"), registry):
        ticker.start()
    watchdog.stop()
    pool.close()
    return int(bool(stalled))


def _do_slots(
    pool: Pool,
    clock: DatabaseClock,
    lane: Lane,
    *,
    links: MailedLinks,
    plan: ArchivePlan | None,
) -> None:
    if now := clock.settled_now():
        tick_slots(pool, now, [lane], links=links, plan=plan)


def _check(pool: Pool, sights: Sights) -> None:
    checks.evaluate(pool, sights)


def _send(pool: Pool, senders: Senders) -> None:
    tick_deliveries(pool, senders, datetime.now(UTC))


def _quiet_tick(name: str, tick: Callable[[], None]) -> Callable[[], None]:
    """Return a tick that waits for the next one while the database does not answer.

    It says once if it was slow.
    """

    def quietly() -> None:
        started = monotonic()
        try:
            tick()
        except NOT_NOW as trouble:
            log.warning("tick waits", extra={"tick": name, "reason": str(trouble)})
        if (seconds := monotonic() - started) > SLOW_AFTER:
            log.warning("tick was slow", extra={"tick": name, "seconds": round(seconds)})

    return quietly


if __name__ == "__main__":
    sys.exit(main())
