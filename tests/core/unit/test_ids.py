"""Ids sort by their making, also within one millisecond."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from gadong.core.domain.ids import new_id


def test_ids_sort_as_they_were_made() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_an_id_says_its_version_and_its_millisecond() -> None:
    earliest = time.time_ns() // 1_000_000
    made = new_id()
    latest = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    said = made.int >> 80
    assert earliest <= said <= latest, datetime.fromtimestamp(said / 1000, UTC)


def test_threads_make_no_id_twice() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_id(), range(20_000)))
    assert len(set(made)) == len(made)
