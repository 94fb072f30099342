"""The topic on which a configured device's will and birth stand (docs/dialects/mapper.md)."""

from __future__ import annotations

import msgspec

from gadong.dialects.domain.formats.plain import word_of
from gadong.dialects.domain.formats.reading import Fact, NotUnderstood, Understood
from gadong.dialects.domain.signal import Channel


class Availability(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The levels below the base, the path to the word, and the words that mean up and down.

    Several words stand with commas between.
    """

    topic: str
    value: str = ""
    up: str = "online"
    down: str = "offline"

    def check(self) -> None:
        """Raise ValueError where the words cannot tell up from down."""
        up, down = _words(self.up), _words(self.down)
        if not self.topic or not up or not down or up & down:
            raise ValueError("option link needs a topic, and different words for up and down")

    def meaning(self, said: object) -> Understood:
        """Return the meaning of a will or a birth."""
        word = word_of(said)
        if word in _words(self.up):
            return Understood(facts=(Fact(Channel.LINK, "up"),))
        if word in _words(self.down):
            return Understood(facts=(Fact(Channel.LINK, "down"),))
        raise NotUnderstood("unknown_value", f"{word[:40]!r} is neither {self.up} nor {self.down}")


def _words(text: str) -> frozenset[str]:
    return frozenset(word_of(word) for word in text.split(",") if word.strip())
