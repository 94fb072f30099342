"""Entry point of `python -m ingest.relay.conformance`: tries whether a gateway keeps the contract.

It takes the server's place at a broker, lets answers be late, and looks at what the gateway does.
The gateway's devices must say something at least every five seconds meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from paho.mqtt.client import Client, MQTTMessage

from ingest.relay.address import client, read_address

# A gateway greets at least once a minute; half of it more for one that is slow.
GREETS_WITHIN = 90.0
# It goes back after some seconds without an answer.
GOES_BACK_WITHIN = 60.0
SPEAKS_WITHIN = 60.0
TURN = 0.05
FIELDS = {"v": int, "outbox": str, "first": int, "number": int, "at": str, "topic": str}


@dataclass
class Verdicts:
    """The verdicts on the requirements, in the order of the contract."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, requirement: str, trouble: str = "") -> None:
        """Note that a requirement holds, or what is wrong with it."""
        self.found.append((requirement, trouble))
        sys.stdout.write(
            f"{'wrong' if trouble else 'holds'}: {requirement}{trouble and f' ({trouble})'}\n"
        )
        sys.stdout.flush()


class Server:
    """The server's place at a broker, for one gateway."""

    def __init__(self, url: str, topic: str) -> None:
        """Connect; OSError if the broker does not answer."""
        self.hellos: list[dict[str, Any]] = []
        self.said: list[tuple[float, dict[str, Any]]] = []
        self._topic = topic
        address = read_address(url)
        self._client = client(address, address.username or "gadong-conformance")
        self._client.on_message = self._on_message
        self._client.connect(address.host, address.port)
        self._client.subscribe([(f"{topic}/hello", 1), (f"{topic}/said", 1)])

    def wait(self, seconds: float, claim: Any) -> bool:
        """Turn until the claim holds; return whether it did within the time."""
        deadline = time.monotonic() + seconds
        while not claim() and time.monotonic() < deadline:
            self._client.loop(TURN)
        return bool(claim())

    def answer(self, upto: int, nonce: str = "") -> None:
        """Say what is stored, and what time it is."""
        body = {
            "v": 1,
            "outbox": self.hellos[-1]["outbox"],
            "upto": upto,
            "now": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "nonce": nonce,
        }
        self._client.publish(f"{self._topic}/committed", json.dumps(body), qos=1)

    def _on_message(self, session: Client, _data: object, message: MQTTMessage) -> None:
        session.ack(message.mid, message.qos)
        try:
            body = json.loads(message.payload)
        except ValueError:
            body = {}
        if message.topic.endswith("/hello"):
            self.hellos.append(body)
        else:
            self.said.append((time.time(), body))


def examine(server: Server) -> Verdicts:
    """Try each requirement of docs/operate/relay.md, and print what was found."""
    verdicts = Verdicts()
    if not server.wait(GREETS_WITHIN, lambda: server.hellos):
        verdicts.add("it greets within 90 seconds", "no message came on …/hello")
        return verdicts
    hello = server.hellos[-1]
    missing = [name for name in ("v", "outbox", "first", "nonce") if name not in hello]
    verdicts.add("its greeting is complete", f"without {', '.join(missing)}" if missing else "")
    if missing:
        return verdicts
    first = hello["first"]
    server.said.clear()
    server.answer(first - 1, hello["nonce"])
    if not server.wait(SPEAKS_WITHIN, lambda: len(server.said) >= 2):
        verdicts.add("it sends what it has after an answer", f"{len(server.said)} messages came")
        return verdicts
    verdicts.add("it sends what it has after an answer")
    _examine_messages(server, verdicts, first)
    _examine_going_back(server, verdicts, first)
    _examine_deletion(server, verdicts, first)
    return verdicts


def _examine_messages(server: Server, verdicts: Verdicts, first: int) -> None:
    _, body = server.said[0]
    wrong = [name for name, kind in FIELDS.items() if not isinstance(body.get(name), kind)]
    if ("payload" in body) is ("payload_base64" in body):
        wrong.append("payload or payload_base64")
    verdicts.add("its messages are complete", f"look at {', '.join(wrong)}" if wrong else "")
    numbers = [said.get("number") for _, said in server.said]
    expected = list(range(first, first + len(numbers)))
    verdicts.add(
        "it numbers from the first, one by one",
        "" if numbers == expected else f"{numbers[:5]} and not {expected[:5]}",
    )
    arrived, last = server.said[-1]
    try:
        ahead = datetime.fromisoformat(str(last.get("at"))).timestamp() - arrived
    except (ValueError, TypeError):
        verdicts.add("it dates by the server's time", f"at is {last.get('at')!r}")
        return
    sure = last.get("uncertain_ms", 0) / 1000 + 1
    is_dated = -SPEAKS_WITHIN - GREETS_WITHIN < ahead < sure
    verdicts.add("it dates by the server's time", "" if is_dated else f"{ahead:.1f} s ahead of it")


def _examine_going_back(server: Server, verdicts: Verdicts, first: int) -> None:
    before = json.dumps(server.said[0][1], sort_keys=True)
    server.said.clear()
    again = server.wait(
        GOES_BACK_WITHIN, lambda: any(said.get("number") == first for _, said in server.said)
    )
    verdicts.add("it sends again what is not answered", "" if again else "not within a minute")
    if again:
        found = next(said for _, said in server.said if said.get("number") == first)
        kept = ("outbox", "number", "topic", "payload", "payload_base64", "retained")
        same = all(found.get(name) == json.loads(before).get(name) for name in kept)
        verdicts.add("and says the same", "" if same else f"number {first} has other words")


def _examine_deletion(server: Server, verdicts: Verdicts, first: int) -> None:
    server.answer(first)
    # Messages under way when the answer came are no fault.
    server.wait(1.0, lambda: False)
    server.said.clear()
    server.wait(SPEAKS_WITHIN, lambda: any(s.get("number", 0) > first for _, s in server.said))
    old = [said["number"] for _, said in server.said if said.get("number", 0) <= first]
    verdicts.add("it deletes what is stored, and goes on", f"{old} came again" if old else "")


def main() -> int:
    """Return 0 where every requirement holds, else 1."""
    parser = argparse.ArgumentParser(prog="python -m ingest.relay.conformance", description=__doc__)
    parser.add_argument(
        "broker", help="mqtt://name:password@host:port, where the gateway forwards to"
    )
    parser.add_argument("topic", help="the gateway's own topic: gadong/v1/CENTRE/relays/NAME")
    told = parser.parse_args()
    verdicts = examine(Server(told.broker, told.topic))
    return 1 if any(trouble for _, trouble in verdicts.found) else 0


if __name__ == "__main__":
    sys.exit(main())
