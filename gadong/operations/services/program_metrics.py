"""Metrics of a program for Prometheus: a registry of its own, and the port that serves it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from gadong.core.database import Pool

log = logging.getLogger(__name__)


def registry(pool: Pool | None = None) -> CollectorRegistry:
    """Return a registry with the process's own figures, and the pool's."""
    made = CollectorRegistry()
    ProcessCollector(registry=made)
    if pool is not None:
        made.register(PoolCollector(pool))
    return made


@contextmanager
def serving(host: str, port: int, found: CollectorRegistry) -> Iterator[None]:
    """Serve a program's metrics on a port while the block lasts; on port 0 none.

    A port that is taken costs the metrics and not the program.
    """
    server = _server(host, port, found) if port else None
    try:
        yield
    finally:
        if server:
            server.shutdown()
            server.server_close()


def _server(host: str, port: int, found: CollectorRegistry) -> WSGIServer | None:
    try:
        server, _ = start_http_server(port, addr=host, registry=found)
    except OSError as trouble:
        log.warning("no metrics", extra={"port": port, "reason": str(trouble)})
        return None
    log.info("metrics", extra={"port": port})
    return server


class PoolCollector(Collector):
    """The figures of a pool of connections to the database."""

    def __init__(self, pool: Pool) -> None:
        """Create the collector."""
        self._pool = pool

    def collect(self) -> Iterable[Metric]:
        """Yield the pool's figures."""
        found: Mapping[str, int] = self._pool.get_stats()
        gauges = (
            ("size", "Connections that are open.", "pool_size"),
            ("idle", "Connections that nobody uses.", "pool_available"),
            ("waiting", "Threads that wait for a connection.", "requests_waiting"),
        )
        for name, help_, key in gauges:
            yield GaugeMetricFamily(f"gadong_pool_{name}", help_, value=found.get(key, 0))
        counters = (
            ("wait_seconds", "Seconds that threads waited for a connection.", "requests_wait_ms"),
            ("errors", "Connections that could not be made.", "connections_errors"),
        )
        for name, help_, key in counters:
            value = found.get(key, 0) / (1000 if key.endswith("_ms") else 1)
            yield CounterMetricFamily(f"gadong_pool_{name}", help_, value=value)
