"""A plug that nobody has bound yet, as the inbox holds it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from gadong.core.database import Pool
from gadong.core.domain.ids import CentreId
from gadong.dialects.domain.formats.reading import Recognised
from gadong.machines.domain.broker_message import BrokerMessage
from gadong.metering.services import onboarding


def plug(
    pool: Pool, centre: CentreId, base: str, *watts: float | list[float], since: datetime
) -> None:
    """It says its watts once a minute from then on."""
    said = [
        _delivered(f"tele/{base}/SENSOR", w, since + timedelta(minutes=n))
        for n, w in enumerate(watts)
    ]
    found = Recognised(base=base, certainty=0.9)
    onboarding.collect(pool, centre, {("tasmota", base): (found, said, len(said))})


def _delivered(topic: str, watts: float | list[float], at: datetime) -> BrokerMessage:
    body = {"Time": f"{at:%Y-%m-%dT%H:%M:%S}Z", "ENERGY": {"Power": watts}}
    return BrokerMessage(
        topic=topic,
        payload=json.dumps(body).encode(),
        qos=0,
        retained=False,
        is_repeated=False,
        packet=0,
        received_at=at,
    )
