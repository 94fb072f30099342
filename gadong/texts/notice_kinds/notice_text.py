"""The text of one kind of notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gadong.texts.catalogue import Text


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice's subject and sentence in both languages."""

    subject_ko: str
    subject_en: str
    ko: str
    en: str

    def say(self, language: str, figures: Mapping[str, str]) -> tuple[str, str]:
        """Return the subject and the sentence in the language, filled in."""
        subject, body = Text(self.subject_ko, self.subject_en), Text(self.ko, self.en)
        return subject.say(language, figures), body.say(language, figures)
