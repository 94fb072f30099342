"""Values that a mapping reads."""

from __future__ import annotations

import json
from typing import Any

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Understood
from gadong.dialects.domain.signal import Channel


def read(body: object, tail: str = "", **options: Any) -> Understood:
    """Return the mapper's reading of a message; a text is sent unchanged."""
    DIALECTS["mapper"].check(options)
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return DIALECTS["mapper"].decode(tail, payload, options)


def said(understood: Understood) -> dict[str, object]:
    """The facts by channel, without what every state says of power and alarm."""
    plain = [f for f in understood.facts if f.channel not in {Channel.POWER, Channel.ALARM}]
    return {f.channel.value: f.value for f in plain}
