"""Entry point of `python -m ingest`: listens to every centre's machines until stopped."""

from __future__ import annotations

import logging
import os
import signal
import sys

from gadong import logs
from gadong.core.database import open_pool
from gadong.operations.services import program_metrics
from gadong.settings import Settings
from ingest.metrics import IngestMetrics
from ingest.supervisor import NotListening, Supervisor

log = logging.getLogger("ingest")


def main() -> int:
    """Return 0 after a stop, and 1 if a centre is not listened to any more."""
    settings = Settings()
    settings.need_secure()
    logs.configure(settings.log_level)
    pool = open_pool(settings.database_url, size=settings.database_connections, name="ingest")
    registry = program_metrics.registry(pool)
    supervisor = Supervisor(pool, settings, IngestMetrics(registry))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    log.info("started", extra={"pid": os.getpid()})
    try:
        with program_metrics.serving(*settings.metrics_at("ingest"), registry):
            supervisor.run()
    except NotListening:
        log.critical("a centre is not listened to; ending so that somebody sees", exc_info=True)
        return 1
    finally:
        pool.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
