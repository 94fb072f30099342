"""python -m ingest: listen to every centre's machines until told to stop."""

from __future__ import annotations

import logging
import os
import signal
import sys

from gadong import logs
from gadong.core.database import open_pool
from gadong.settings import Settings
from ingest.supervisor import Deaf, Supervisor

log = logging.getLogger("ingest")


def main() -> int:
    """0 when told to stop, 1 when a centre went deaf."""
    settings = Settings()
    settings.need_secure()
    logs.configure(settings.log_level)
    pool = open_pool(settings.database_url, size=settings.database_connections, name="ingest")
    supervisor = Supervisor(pool, settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: supervisor.stopping.set())
    log.info("started", extra={"pid": os.getpid()})
    try:
        supervisor.run()
    except Deaf:
        log.critical("a centre is not listened to; ending so that somebody sees", exc_info=True)
        return 1
    finally:
        pool.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
