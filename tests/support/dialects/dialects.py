"""Readings of single messages."""

from __future__ import annotations

import json

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import NotUnderstood, Understood
from gadong.dialects.domain.signal import Channel


def read(dialect: str, tail: str, body: object, **options: object) -> Understood:
    """Return the dialect's reading of a message."""
    payload = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return DIALECTS[dialect].decode(tail, payload, options)


def facts(understood: Understood) -> dict[str, str | float]:
    """The facts by channel."""
    return {f.channel.value: f.value for f in understood.facts}


def trouble(dialect: str, tail: str, payload: bytes, **options: object) -> NotUnderstood:
    """Return why a message, or its one odd value, is not understood.

    Of that value nothing is known then.
    """
    try:
        understood = DIALECTS[dialect].decode(tail, payload, options)
    except NotUnderstood as refused:
        return refused
    (aside,) = understood.asides
    states = {
        f.value for f in understood.facts if f.channel in {Channel.ACTIVITY, Channel.POWER_WATTS}
    }
    assert states <= {"unknown"}
    return aside
