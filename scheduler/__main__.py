"""python -m scheduler: tick until told to stop. Everything that counts is in the database."""

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
from gadong.notices.services.notice_delivery import Post
from gadong.settings import Settings
from scheduler.senders import carriers
from scheduler.timetable import tick_metering, tick_post, tick_slots

log = logging.getLogger("scheduler")


def main() -> int:
    """0 when told to stop."""
    settings = Settings()
    settings.need_secure()
    logs.configure(settings.log_level)
    pool = open_pool(settings.database_url, size=settings.database_connections, name="scheduler")
    # A tick that came late or together with others is one tick; it asks what is due, so none is missed.
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    ticker = BlockingScheduler(timezone=UTC, job_defaults=defaults)
    ticker.add_job(_patient(lambda: tick_metering(pool)), "interval", seconds=1, id="metering")
    ticker.add_job(_patient(lambda: tick_slots(pool, datetime.now(UTC))), "interval", seconds=5, id="slots")
    # Mail has a tick of its own: no webhook holds it up.
    for channel, carrier in carriers(settings).items():
        post = Post(carriers={channel: carrier}, secret=settings.secret)
        tick = _patient(partial(_send, pool, post))
        ticker.add_job(tick, "interval", seconds=5, id=f"post by {channel}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ticker.shutdown(wait=False))
    log.info("started", extra={"pid": os.getpid()})
    ticker.start()
    pool.close()
    return 0


def _send(pool: Pool, post: Post) -> None:
    tick_post(pool, post, datetime.now(UTC))


def _patient(tick: Callable[[], None]) -> Callable[[], None]:
    """A tick that waits for the next one while the database is away."""

    def quietly() -> None:
        try:
            tick()
        except DatabaseAway as trouble:
            log.warning("tick waits", extra={"reason": str(trouble)})

    return quietly


if __name__ == "__main__":
    sys.exit(main())
