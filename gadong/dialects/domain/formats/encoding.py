"""Text in the encodings that gateways write: UTF-8, UTF-16 with its mark, and EUC-KR or CP949."""

from __future__ import annotations

from gadong.dialects.domain.formats.reading import NotUnderstood

#: Byte order marks, and the encodings that they announce.
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
#: Korean gateways write EUC-KR, or its superset CP949, without saying so.
KOREAN = "cp949"


def decoded(payload: bytes) -> str:
    """Return the text of a payload; NotUnderstood for bytes that are no text.

    A syllable's two bytes in CP949 are hardly ever UTF-8, so what is no UTF-8 is read as that.
    """
    announced = next((name for mark, name in MARKS if payload.startswith(mark)), "utf-8")
    for name in (announced, KOREAN):
        try:
            text = payload.decode(name)
        except UnicodeDecodeError:
            continue
        is_mark_alone = bool(payload) and not text
        is_bad_guess = name is KOREAN and not all(c.isprintable() or c.isspace() for c in text)
        if not (is_mark_alone or is_bad_guess):
            return text
    raise NotUnderstood(
        "not_text", "the payload is neither UTF-8, UTF-16 with its mark, nor EUC-KR"
    )
