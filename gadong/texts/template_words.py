"""Names of figures in the templates of text messages, in Korean as providers register them."""

from __future__ import annotations

from collections.abc import Mapping

#: Names that templates have for a notice's figures, as `#{장비}`.
TEMPLATE_WORDS: Mapping[str, str] = {
    "centre": "센터",
    "machine": "장비",
    "when": "일시",
    "until": "기한",
    "expected": "예정",
    "number": "번호",
    "minutes": "분",
    "month": "월",
    "code": "코드",
    "device": "기기",
    "due_on": "납기",
    "link": "링크",
}
