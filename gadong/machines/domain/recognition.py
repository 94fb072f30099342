"""Recognition of unknown messages: every dialect is asked, and the surest answer counts."""

from __future__ import annotations

from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import Recognised

# No device publishes these: commands to devices, our own messages, and hosts' presence.
SILENT_LEVELS = frozenset({"cmnd", "NCMD", "DCMD", "committed", "request", "command", "set", "get"})


def recognise(topic: str, payload: bytes) -> tuple[str, Recognised] | None:
    """Return the dialect's name and the proposed binding; None for other messages."""
    levels = topic.split("/")
    if (
        not payload
        or topic.startswith("$")
        or levels[0] == "cmnd"
        or SILENT_LEVELS & set(levels[1:])
    ):
        return None
    answers = [
        (name, found)
        for name, d in DIALECTS.items()
        if (found := d.recognise(topic, payload)) and found.base
    ]
    return max(answers, key=lambda a: a[1].certainty, default=None)
