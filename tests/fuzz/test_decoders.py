"""A short search in every run of the suite; `make fuzz` searches for as long as one likes."""

from __future__ import annotations

import importlib.util
import resource
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.stack.choice import HERE
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import PAYLOAD_LIMIT, NotUnderstood
from gadong.dialects.domain.formats.sparkplug import understand
from gadong.dialects.domain.formats.sparkplug_node import EdgeNode
from gadong.machines.domain.recognition import recognise
from tests.fuzz.shapes import KINDS, OPTIONS, TAILS


@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="atheris has no wheel for this machine"
)
def test_a_guided_search_finds_nothing(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.decoders",
        "-runs=20000",
        "-seed=7",
        "-max_len=2000",
    ]
    # Linux counts the peak of the process that started it as its own; it may have a gigabyte more.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 + 1024
    limits = ["-timeout=5", f"-rss_limit_mb={most}", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(
        [*command, *limits], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done 20000 runs" in done.stderr


#: What has made other readers fall over.
NAMED = {
    "1e400": b'{"a": {"b": 1e400}, "Power": 1e400, "state": 1e400, "value": 1e400, '
    b'"power_watts": 1e400}',
    "NaN": b'{"ENERGY": {"Power": NaN}, "value": NaN}',
    "negative power": b'{"ENERGY": {"Power": -5}, "apower": -5, "act_power": -5, "power": -5, '
    b'"w": -5}',
    "40 deep": b'{"a":' * 40 + b"1" + b"}" * 40,
    "5000 deep": b"[" * 5000 + b"]" * 5000,
    "5 MB": b'{"state": "' + b"x" * 5_000_000 + b'"}',
    "a million numbers": b"[" + b"1," * 500_000 + b"1]",
    "invalid UTF-8": b'{"state": "\xff\xfe"}',
    "half a surrogate": b'{"state": "\\ud800", "name": "\\ud800"}',
    "NUL": b'{"state": "\\u0000", "filename": "\\u0000"}',
    "the year 1970": b'{"_timestamp": 9, "at": 9, "ts": 9, "timestamp": "1970-01-01T00:00:09Z"}',
    "the year 9999": b'{"_timestamp": 253402300799, "at": 253402300799, "timestamp": '
    b'"9999-12-31T23:59:59-23:59"}',
    "a huge integer": b'{"at": 1' + b"0" * 4000 + b"}",
    "nothing": b"",
    "a list": b"[]",
    "a word": b"ON",
}


@pytest.mark.parametrize("case", NAMED)
@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_named_rubbish_is_understood_or_refused(dialect: str, case: str) -> None:
    payload = NAMED[case]
    refused: NotUnderstood | None
    for tail in TAILS:
        recognise(tail, payload)
        try:
            understood = DIALECTS[dialect].decode(tail, payload, OPTIONS.get(dialect, {}))
        except NotUnderstood as trouble:
            refused = trouble
        else:
            refused = None
        if refused:
            assert refused.reason
            assert len(refused.detail) < 500
            continue
        assert len(payload) <= PAYLOAD_LIMIT or not understood.facts
        assert all(isinstance(f.value, str) or abs(f.value) <= 1e15 for f in understood.facts)


@given(st.sampled_from(KINDS), st.binary(max_size=300), st.binary(max_size=300))
def test_a_node_makes_sense_or_is_refused(
    kinds: tuple[str, str], first: bytes, second: bytes
) -> None:
    node, now = EdgeNode("g", "n"), datetime(2026, 11, 12, tzinfo=UTC)
    refused: list[NotUnderstood] = []
    for kind, payload in zip(kinds, (first, second), strict=True):
        try:
            understand(node.hear(f"spBv1.0/g/{kind}", payload, now), "g/n/d", OPTIONS["sparkplug"])
        except NotUnderstood as trouble:
            refused.append(trouble)
    assert all(r.reason for r in refused)
