"""A Sparkplug edge node made with a library that is not ours.

Commands come line by line on standard input.
Runs in an environment of its own (requirements/independent.txt): python independent_node.py HOST
PORT USER PASSWORD
"""

from __future__ import annotations

import sys
from time import time

from pysparkplug import Client, DataType, Device, EdgeNode, Metric


def metric(name: str, kind: DataType, value: object) -> Metric:
    """A metric with its time."""
    return Metric(timestamp=int(time() * 1000), name=name, datatype=kind, value=value)


def main(host: str, port: str, user: str, password: str) -> None:
    """Commands: birth; run WORD WATTS; skip (a number is used up and never sent); die."""

    def commanded(_: EdgeNode, message: object) -> None:
        sys.stdout.write(f"commanded {message}\n")

    client = Client(client_id="independent", username=user, password=password)
    node = EdgeNode(
        "plant",
        "gateway",
        [metric("uptime", DataType.INT64, -5)],
        client=client,
        cmd_callback=commanded,
    )
    node.register(
        Device(
            "mill",
            [metric("status", DataType.STRING, "wait"), metric("watts", DataType.FLOAT, 40.0)],
        )
    )
    for line in sys.stdin:
        match line.split():
            case ["birth"]:
                node.connect(host, port=int(port), blocking=False)
            case ["run", word, watts]:
                changed = [
                    metric("status", DataType.STRING, word),
                    metric("watts", DataType.FLOAT, float(watts)),
                ]
                node.update_device("mill", changed)
            case ["skip"]:
                _ = node._seq  # noqa: SLF001  # the library loses no number by itself
            case ["die"]:
                node.disconnect()
        sys.stdout.write(f"done {line.strip()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
