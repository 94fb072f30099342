"""The speed of each dialect on one core, beside json.loads of its payloads.

    python -m bench.dialects

The messages are those of the scripted devices (tests/support/scripted.py): a job acted again and
again, with what each device repeats in between. Payloads that are no JSON have no floor.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from time import perf_counter

from gadong.core.domain.ids import new_id
from gadong.dialects.domain.formats import DIALECTS
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.machines.domain.machine import Source
from gadong.machines.domain.routing import Router
from gadong.machines.domain.source_reading import Metering
from tests.support.golden import CENTRE, MACHINE, SOURCE
from tests.support.scripted import DEVICES, Device

MESSAGES = 20_000
JOB = [("appear", "idle"), ("start", "running"), ("end", "idle")]
REPEATED = 20


def deliveries(device: Device) -> list[BrokerMessage]:
    """MESSAGES of the device's."""
    at = datetime(2026, 11, 12, tzinfo=UTC)
    made: list[BrokerMessage] = []
    while len(made) < MESSAGES:
        for event, state in JOB:
            said = device.say(event, state, at)
            for n in range(REPEATED):
                said += device.repeat(state, at + timedelta(seconds=30 * n))
            for topic, body in said:
                payload = (
                    body
                    if isinstance(body, bytes)
                    else (body if isinstance(body, str) else json.dumps(body)).encode()
                )
                made.append(
                    BrokerMessage(
                        topic=topic,
                        payload=payload,
                        qos=0,
                        retained=False,
                        is_repeated=False,
                        packet=len(made),
                        received_at=at,
                    )
                )
            at += timedelta(minutes=10)
    return made[:MESSAGES]


def main() -> None:
    """Measure and print."""
    print(f"{'device':14}{'bytes':>8}{'read/s':>12}{'json.loads/s':>14}{'ratio':>8}")
    for kind in DEVICES:
        device = kind()
        dialect = DIALECTS[device.dialect]
        given = deliveries(device)
        source = Source(
            id=SOURCE,
            centre_id=CENTRE,
            machine_id=MACHINE,
            dialect=device.dialect,
            base=device.base,
            prefixes=dialect.prefixes(device.base, device.options),
            shared=dialect.shared(device.base, device.options),
            metering=Metering(source_id=SOURCE),
            options=device.options,
        )
        router, session = Router(CENTRE, [source]), new_id()
        start = perf_counter()
        for delivery in given:
            router.read(delivery, session)
        read = MESSAGES / (perf_counter() - start)
        size = sum(len(d.payload) for d in given) / MESSAGES
        print(f"{kind.__name__:14}{size:8.0f}{read:12,.0f}", end="")
        parsed = [d.payload for d in given if is_json(d.payload)]
        if not parsed:
            print(f"{'no JSON':>14}")
            continue
        start = perf_counter()
        for payload in parsed:
            json.loads(payload)
        floor = len(parsed) / (perf_counter() - start)
        print(f"{floor:14,.0f}{floor / read:8.1f}")


def is_json(payload: bytes) -> bool:
    """Return whether a payload has a floor."""
    try:
        json.loads(payload)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
