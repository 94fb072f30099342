"""A statement's lines gathered by session, and its money by machine beside the month before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.pages.frame.labels.signal_labels import named, said
from api.pages.frame.texts import Words
from gadong.billing.domain.documents.charge_text import discounts
from gadong.billing.domain.statement import Line
from gadong.billing.services.proof.line_messages import Meaning
from gadong.billing.services.statement_document import Document
from gadong.core.domain.natural_order import natural_key
from gadong.core.domain.period import Period
from gadong.dialects.domain.signal import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPart:
    """The lines of one session or one entry, with their sum in whole won.

    `key` begins the keys of the lines. `discounts` are the names of what was taken off.
    """

    key: str
    machine_name: str
    period: Period | None
    amount: int
    discounts: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def messages(self) -> tuple[str, ...]:
        """Return the messages that the lines rest on, each once."""
        return tuple(dict.fromkeys(id_ for x in self.lines for id_ in x.charge.trace.messages))

    @property
    def logged(self) -> tuple[str, ...]:
        """Return the ledger's entries that the lines rest on, each once."""
        return tuple(dict.fromkeys(id_ for x in self.lines for id_ in x.charge.trace.logged))


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSum:
    """The won of a machine's lines in a month and in the month before, and their shares of the
    largest in per cent.
    """

    name: str
    amount: int
    before: int
    share: int
    share_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenMessage:
    """A message's id and words, and the time that it speaks of, if that is known."""

    id: str
    at: datetime | None
    words: str


def session_key(line: Line) -> str:
    """Return the key of the session or entry that a line is of."""
    return line.charge.key.rsplit("/", 1)[0]


def anchor(lines: Sequence[Line], key: str) -> str:
    """Return the name of a line's place on the page; empty if the document has no such line."""
    return next((f"line-{n}" for n, x in enumerate(lines, 1) if x.charge.key == key), "")


def session_parts(doc: Document, words: Words) -> list[SessionPart]:
    """Return a document's lines by session, in the order of their first lines."""
    periods = {e.key: e.whole for e in doc.evidence}
    gathered: dict[str, list[Line]] = {}
    for line in doc.lines:
        gathered.setdefault(session_key(line), []).append(line)
    return [
        SessionPart(
            key=key,
            machine_name=lines[0].machine_name,
            period=periods.get(key),
            amount=sum(x.charge.amount for x in lines),
            discounts=_discounts(lines, words),
            lines=tuple(lines),
        )
        for key, lines in gathered.items()
    ]


def _discounts(lines: Iterable[Line], words: Words) -> tuple[str, ...]:
    found = (pair for x in lines if not x.charge.trace.share for pair in discounts(x.charge.trace))
    return tuple(dict.fromkeys(words.either(*pair) for pair in found))


def machine_sums(doc: Document, before: Document | None) -> list[MachineSum]:
    """Return the sums of a document's machines, the largest first; what is of none comes last."""
    now, was = _sums(doc), _sums(before) if before else {}
    largest = max([1, *now.values(), *was.values()])
    places = sorted({*now, *was}, key=lambda m: (not m[0], -now.get(m, 0), natural_key(m[1])))
    return [
        MachineSum(
            name=place[1],
            amount=now.get(place, 0),
            before=was.get(place, 0),
            share=max(0, now.get(place, 0)) * 100 // largest,
            share_before=max(0, was.get(place, 0)) * 100 // largest,
        )
        for place in places
    ]


def _sums(doc: Document) -> dict[tuple[str, str], int]:
    """Return the won of a document's lines by the slug and the name of their machine."""
    found: dict[tuple[str, str], int] = {}
    for line in doc.lines:
        place = (line.machine, line.machine_name)
        found[place] = found.get(place, 0) + line.charge.amount
    return found


def spoken(
    part: SessionPart, meanings: Mapping[str, Sequence[Meaning]], words: Words
) -> list[SpokenMessage]:
    """Return a session's messages in words, in the order of the time that they speak of."""
    found = [_spoken(id_, meanings.get(id_, ()), words) for id_ in part.messages]
    return sorted(found, key=lambda m: (m.at is None, m.at.timestamp() if m.at else 0.0))


def _spoken(id_: str, meanings: Sequence[Meaning], words: Words) -> SpokenMessage:
    """Say a message's activity; of a message without one, everything."""
    activity = [m for m in meanings if m.channel == Channel.ACTIVITY] or list(meanings)
    return SpokenMessage(
        id=id_,
        at=min((m.event_time for m in activity), default=None),
        words=", ".join(dict.fromkeys(_said(m, words) for m in activity)),
    )


def _said(meaning: Meaning, words: Words) -> str:
    channel = Channel(meaning.channel)
    value = said(words, channel, meaning.value if meaning.value is not None else 0.0)
    return (
        value if channel is Channel.ACTIVITY else f"{named(words, channel, meaning.part)} {value}"
    )
