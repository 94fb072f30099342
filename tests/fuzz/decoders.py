"""Coverage-guided search for bytes that a decoder neither understands nor refuses: python -m
tests.fuzz.decoders.
The arguments are libFuzzer's: -runs, -max_total_time, -timeout (a hang), -rss_limit_mb (unbounded
memory).
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["gadong.dialects.domain"]):
    from gadong.dialects.domain.formats import DIALECTS
    from gadong.dialects.domain.formats.reading import NotUnderstood
    from gadong.dialects.domain.formats.sparkplug import understand
    from gadong.dialects.domain.formats.sparkplug_node import EdgeNode, NodeMessage
    from gadong.machines.domain.recognition import recognise
    from tests.fuzz.shapes import KINDS, OPTIONS, TAILS

NAMES = sorted(DIALECTS)
NOW = datetime(2026, 11, 12, tzinfo=UTC)


def one_input(data: bytes) -> None:
    """Decode the bytes as one dialect's message; anything but facts or NotUnderstood is a fault."""
    if len(data) < 2:
        return
    name, tail, payload = NAMES[data[0] % len(NAMES)], TAILS[data[1] % len(TAILS)], data[2:]
    recognise(tail, payload)
    try:
        for fact in DIALECTS[name].decode(tail, payload, OPTIONS.get(name, {})).facts:
            if not isinstance(fact.value, str) and not abs(fact.value) <= 1e15:
                raise AssertionError(f"{name} gave {fact}")
    except NotUnderstood:
        pass
    node, half = EdgeNode("g", "n"), len(payload) // 2
    for kind, part in zip(
        KINDS[data[1] % len(KINDS)], (payload[:half], payload[half:]), strict=True
    ):
        try:
            heard: NodeMessage = node.hear(f"spBv1.0/g/{kind}", part, NOW)
            understand(heard, "g/n/d", OPTIONS["sparkplug"])
        except NotUnderstood:
            pass


def main() -> None:
    """Search until told to stop."""
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
