"""Entry point of `python -m ingest.relay`: keeps and forwards until it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import sys
from threading import Event, Thread

from ingest.relay.forwarder import Forwarder
from ingest.relay.host_clock import HostClock
from ingest.relay.listener import Listener
from ingest.relay.outbox import Outbox, OutboxError
from ingest.relay.settings import BadSettings, read_settings

log = logging.getLogger("relay")

# One of the two threads ended, which neither does by itself.
WATCH_EVERY = 1.0


def main() -> int:
    """Return 0 after a stop, 2 for a wrong setting, and 1 if a part of the program ended."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = read_settings(os.environ)
        outbox = Outbox(settings.outbox, most_bytes=settings.most_bytes)
    except (BadSettings, OutboxError) as trouble:
        log.error("%s", trouble)  # noqa: TRY400  # the message says everything
        return 2
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    clock = HostClock()
    listener = Listener(settings.local, settings.filters, settings.topic, outbox, clock)
    forwarder = Forwarder(settings.server, settings.topic, outbox, clock, listener.publish)
    threads = [
        Thread(target=part.run, args=(stopping,), name=name, daemon=True)
        for name, part in (("listener", listener), ("forwarder", forwarder))
    ]
    for thread in threads:
        thread.start()
    log.info("started: outbox %s holds %d messages", outbox.name, outbox.waiting())
    while not stopping.wait(WATCH_EVERY):
        if not all(thread.is_alive() for thread in threads):
            log.critical("a part of the relay ended; ending, so that it is started again")
            return 1
    for thread in threads:
        thread.join(timeout=10)
    outbox.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
