"""Series that Prometheus and Grafana read, compared with those that the programs serve."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml  # type: ignore[import-untyped]  # it brings no types
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import ApiMetrics
from deploy.stack import choice
from deploy.stack.root import fetch_package
from deploy.stack.servers import free_port
from gadong.core.database import Pool
from gadong.operations.domain.checks import Check
from gadong.operations.services import checks, program_metrics
from gadong.operations.services.archiving import ArchivePlan
from gadong.operations.services.checks import Sights
from gadong.settings import Settings
from ingest.metrics import IngestMetrics
from scheduler import metrics as scheduler_metrics
from tests.support.programs import running
from tests.support.waiting import until
from tests.support.world import World

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NAME = re.compile(r"\b(?:gadong|process|up)(?:_[a-z_]+)?\b(?!\")")
#: Prometheus makes this one itself, of each target.
OWN = {"up"}


def series(pool: Pool) -> set[str]:
    """Return the names of all series of the three programs."""
    names = set(OWN)
    for made in (_api(), _ingest(), _scheduler(pool)):
        for family in made.collect():
            suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
            names |= {family.name + suffix for suffix in suffixes.get(family.type, ("",))}
    return names


def _api() -> CollectorRegistry:
    found = program_metrics.registry()
    ApiMetrics(found)
    return found


def _ingest() -> CollectorRegistry:
    found = CollectorRegistry()
    IngestMetrics(found)
    return found


def _scheduler(pool: Pool) -> CollectorRegistry:
    found = program_metrics.registry(pool)
    scheduler_metrics.install(found, pool)
    return found


def expressions() -> Iterator[str]:
    """Yield every expression of the dashboard and of the alerts."""
    dashboard = json.loads((DEPLOY / "grafana/dashboards/gadong.json").read_text())
    for panel in dashboard["panels"]:
        assert panel["targets"], panel["title"]
        yield from (target["expr"] for target in panel["targets"])
    rules = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())
    for group in rules["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def test_every_expression_reads_a_series_that_the_programs_have(pool: Pool) -> None:
    known = series(pool)
    read: set[str] = set()
    for expression in expressions():
        plain = re.sub(r"\{[^}]*\}", "", expression)
        plain = re.sub(r"\bby \([^)]*\)", "", plain)
        names = set(NAME.findall(plain))
        assert names, expression
        assert names <= known, expression
        read |= names
    # Each figure that the programs make is on the dashboard, but for those of Python's process.
    shown = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in read}
    made = {re.sub(r"_(total|bucket|sum|count)$", "", n) for n in known if n.startswith("gadong")}
    assert made - shown == {
        "gadong_check_since_seconds",
        "gadong_ingest_listening",  # the check `signals` is shown
        "gadong_pool_errors",
        "gadong_pool_wait_seconds",
    }


def test_every_check_has_its_series(world: World, pool: Pool, tmp_path: Path) -> None:
    sights = Sights(
        data_directory=str(tmp_path),
        certificates=(str(tmp_path / "lost.crt"),),
        plan=ArchivePlan(directory=tmp_path, months=6),
    )
    checks.evaluate(pool, sights)
    (family,) = [f for f in _scheduler(pool).collect() if f.name == "gadong_check_level"]
    named = {(s.labels["check"], s.labels["centre"]): s.value for s in family.samples}
    assert {check for check, _ in named} == {check.value for check in Check}
    assert named["signals", world.centre.slug] == 2
    assert named["certificate", ""] == 2
    assert named["scheduler", ""] == 0


def test_without_a_database_the_scheduler_says_so() -> None:
    from gadong.core.database import open_pool

    pool = open_pool(f"postgresql://nobody@127.0.0.1:{free_port()}/x", size=2, name="none")
    pool.timeout = 0.5
    try:
        found = CollectorRegistry()
        scheduler_metrics.install(found, pool)
        (family,) = found.collect()
    finally:
        pool.close()
    assert (family.name, family.samples[0].value) == ("gadong_database_up", 0)


def test_the_api_counts_refusals_by_code_and_answers_by_route(client: TestClient) -> None:
    client.get("/api/v1/jobs")
    client.get("/no/such/place")
    client.get("/healthz")
    made: Any = client.app
    registry = made.state.registry
    refused = registry.get_sample_value("gadong_http_refusals_total", {"code": "unauthenticated"})
    assert refused >= 1
    routes = {
        sample.labels["route"]
        for family in registry.collect()
        if family.name == "gadong_http_request_seconds"
        for sample in family.samples
    }
    assert {"/api/v1/jobs", "/healthz", "none"} <= routes
    assert "/no/such/place" not in routes


@pytest.mark.servers
def test_a_program_serves_its_metrics_on_a_port_of_its_own(
    world: World, settings: Callable[..., Settings], tmp_path: Path
) -> None:
    base = free_port()
    url = f"http://127.0.0.1:{base + 2}/metrics"
    with running("scheduler", settings(), tmp_path, GADONG_METRICS_PORT=str(base)):

        def levels() -> set[str]:
            try:
                text = httpx2.get(url).text
            except httpx2.TransportError:
                return set()
            return {
                sample.labels["check"]
                for family in text_string_to_metric_families(text)
                if family.name == "gadong_check_level"
                for sample in family.samples
            }

        until(lambda: "signals" in levels(), within=60, what="the scheduler made its checks")


def test_promtool_accepts_the_rules_and_their_tests() -> None:
    tool = choice.STACK / "tools/usr/bin/promtool"
    if not tool.exists():
        fetch_package(choice.STACK, "prometheus")
    for arguments in (
        ["check", "config", "prometheus.yml"],
        ["check", "rules", "alerts.yml"],
        ["test", "rules", "alerts_test.yml"],
    ):
        done = subprocess.run(
            [str(tool), *arguments],
            cwd=DEPLOY / "prometheus",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
