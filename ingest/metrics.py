"""Metrics of ingest: what arrives, what waits, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from gadong.machines.domain.message import Committed, Message, Rejected
from ingest.batch import BATCH_LIMIT

# Seconds from a message's arrival to its commit: a batch's age and a commit take 0.1 s.
LAGS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
SIZES = (1, 5, 20, 50, 100, 200, BATCH_LIMIT)


class IngestMetrics:
    """Counters and gauges of all centres' sessions."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Create the metrics in a registry."""
        self._messages = Counter(
            "gadong_ingest_messages",
            "Messages by result: stored, duplicate, quarantined.",
            ["centre", "result"],
            registry=registry,
        )
        self._failures = Counter(
            "gadong_ingest_decode_failures",
            "Messages that were not understood, by source and reason.",
            ["centre", "source", "reason"],
            registry=registry,
        )
        self._lag = Histogram(
            "gadong_ingest_lag_seconds",
            "Seconds from a batch's first arrival to its commit.",
            ["centre"],
            buckets=LAGS,
            registry=registry,
        )
        self._batch = Histogram(
            "gadong_ingest_batch_messages",
            "Messages of a batch.",
            ["centre"],
            buckets=SIZES,
            registry=registry,
        )
        self._queue = Gauge(
            "gadong_ingest_queue",
            "Messages that wait to be stored; the broker has no acknowledgement of them.",
            ["centre"],
            registry=registry,
        )
        self._dropped = Gauge(
            "gadong_broker_dropped",
            "Messages that the broker dropped since it started.",
            ["centre"],
            registry=registry,
        )
        self._listening = Gauge(
            "gadong_ingest_listening",
            "1 while a centre is listened to.",
            ["centre"],
            registry=registry,
        )

    def stored(
        self,
        centre: str,
        read: Iterable[Message | Rejected],
        done: Committed,
        *,
        size: int,
        since: datetime | None,
    ) -> None:
        """Count a batch that was committed now.

        Its first message arrived at `since`, if any did.
        """
        for result, count in (
            ("stored", done.stored),
            ("duplicate", done.duplicates),
            ("quarantined", done.quarantined),
        ):
            self._messages.labels(centre, result).inc(count)
        for item in read:
            if isinstance(item, Rejected):
                source = str(item.source_id or "none")
                self._failures.labels(centre, source, item.reason).inc()
        self._batch.labels(centre).observe(size)
        if since:
            lag = (datetime.now(UTC) - since).total_seconds()
            self._lag.labels(centre).observe(max(lag, 0.0))

    def waiting(self, centre: str, count: int) -> None:
        """Note how many messages wait to be stored."""
        self._queue.labels(centre).set(count)

    def listening(self, centre: str, *, dropped: int) -> None:
        """Note that a centre is listened to, and what the broker dropped."""
        self._listening.labels(centre).set(1)
        self._dropped.labels(centre).set(dropped)

    def not_listening(self, centre: str) -> None:
        """Note that a centre is not listened to."""
        self._listening.labels(centre).set(0)
        self._queue.labels(centre).set(0)
