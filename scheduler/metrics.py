"""Metrics of the scheduler: what the database says of the whole installation, and the checks."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gadong.core.database import DatabaseAway, Pool
from gadong.core.domain.problem import GadongError
from gadong.operations.services import figures

log = logging.getLogger(__name__)


def install(registry: CollectorRegistry, pool: Pool) -> None:
    """Add the scheduler's metrics to a registry."""
    registry.register(InstallationCollector(pool))


class InstallationCollector(Collector):
    """The figures of the installation, read from the database when somebody asks."""

    def __init__(self, pool: Pool) -> None:
        """Create the collector."""
        self._pool = pool

    def describe(self) -> Iterable[Metric]:
        """Return nothing: a registry shall not read the database when the program starts."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Yield the figures; while the database is away, only that it is."""
        up = GaugeMetricFamily("gadong_database_up", "1 while the database answers.")
        try:
            found = figures.read(self._pool)
        except (DatabaseAway, GadongError) as trouble:
            log.warning("no figures", extra={"reason": str(trouble)})
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from _checks(found)
        waiting = GaugeMetricFamily(
            "gadong_derivation_waiting_machines", "Machines that wait to be derived."
        )
        waiting.add_metric([], found.waiting_machines)
        yield waiting
        oldest = GaugeMetricFamily(
            "gadong_derivation_oldest_seconds", "The longest wait of a machine to be derived."
        )
        oldest.add_metric([], found.oldest_wait.total_seconds())
        yield oldest
        mails = GaugeMetricFamily("gadong_mail_waiting", "Mails that wait to be sent.")
        mails.add_metric([], found.waiting_mails)
        yield mails
        jobs = GaugeMetricFamily(
            "gadong_job_age_seconds", "Seconds since a job's last slot.", labels=["job"]
        )
        for job, age in found.job_ages.items():
            jobs.add_metric([job], age.total_seconds())
        yield jobs
        statements = GaugeMetricFamily(
            "gadong_statements", "Statements by their state.", labels=["state"]
        )
        for state, count in found.statements.items():
            statements.add_metric([state], count)
        yield statements


def _checks(found: figures.InstallationFigures) -> Iterable[Metric]:
    labels = ["check", "centre"]
    level = GaugeMetricFamily(
        "gadong_check_level", "A check's level: 0 good, 1 warning, 2 alarm.", labels=labels
    )
    since = GaugeMetricFamily(
        "gadong_check_since_seconds", "Unix time since which a check has its level.", labels=labels
    )
    for state in found.checks:
        centre = found.centres.get(state.result.centre_id, "") if state.result.centre_id else ""
        level.add_metric([state.result.check, centre], state.result.level.number)
        since.add_metric([state.result.check, centre], state.since.timestamp())
    yield level
    yield since
