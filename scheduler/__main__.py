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

from apscheduler.schedulers.blocking import BlockingScheduler

from gadong import logs
from gadong.core.database import DatabaseAway, Pool, open_pool
from gadong.core.services.sealing import Keyring
from gadong.notices.services.notice_delivery import Senders
from gadong.settings import Settings
from scheduler.senders import senders_of
from scheduler.timetable import tick_deliveries, tick_metering, tick_slots

log = logging.getLogger("scheduler")


def main() -> int:
    """Return 0 after a stop."""
    settings = Settings()
    settings.need_secure()
    logs.configure(settings.log_level)
    pool = open_pool(settings.database_url, size=settings.database_connections, name="scheduler")
    # Ticks that are late or coincide become one; a tick reads the due work, so that none is missed.
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    ticker = BlockingScheduler(timezone=UTC, job_defaults=defaults)
    ticker.add_job(_retry_later(lambda: tick_metering(pool)), "interval", seconds=1, id="metering")
    ticker.add_job(
        _retry_later(lambda: tick_slots(pool, datetime.now(UTC))), "interval", seconds=5, id="slots"
    )
    keys = Keyring.of(settings.data_keys, settings.secret)
    # Each channel has its own tick, so that no webhook delays mail.
    for channel, sender in senders_of(settings).items():
        senders = Senders(by_channel={channel: sender}, secret=settings.secret, keys=keys)
        tick = _retry_later(partial(_send, pool, senders))
        ticker.add_job(tick, "interval", seconds=5, id=f"deliveries by {channel}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ticker.shutdown(wait=False))
    log.info("started", extra={"pid": os.getpid()})
    ticker.start()
    pool.close()
    return 0


def _send(pool: Pool, senders: Senders) -> None:
    tick_deliveries(pool, senders, datetime.now(UTC))


def _retry_later(tick: Callable[[], None]) -> Callable[[], None]:
    """Return a tick that waits for the next one while the database is away."""

    def quietly() -> None:
        try:
            tick()
        except DatabaseAway as trouble:
            log.warning("tick waits", extra={"reason": str(trouble)})

    return quietly


if __name__ == "__main__":
    sys.exit(main())
