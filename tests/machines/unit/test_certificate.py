"""A certificate's kind is read from its content, and its size is bounded."""

from __future__ import annotations

import pytest

from gadong.core.domain.problem import Invalid
from gadong.machines.domain.calibrations.certificate import MOST_BYTES, file_name, media_type_of

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 2000 + b"\n%%EOF\r\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"x" * 20 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20 + b"\x00\x00\x00\x00IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "application/pdf"),
        # Signed after it was made: lines follow the mark.
        (PDF + b"y" * 1000, "application/pdf"),
        (JPEG, "image/jpeg"),
        # A camera fills its last block.
        (JPEG + b"\0\0\0", "image/jpeg"),
        (PNG, "image/png"),
    ],
    ids=["PDF", "PDF with a tail", "JPEG", "JPEG with a tail", "PNG"],
)
def test_a_kind_is_read_from_the_content(data: bytes, kind: str) -> None:
    assert media_type_of(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PDF[:-9],
        PDF + b"y" * 1100,
        JPEG[:-1],
        PNG[:-1],
        b"MZ" + PDF,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html>%%EOF",
        b"PK\x03\x04",
    ],
    ids=["nothing", "cut PDF", "far end", "cut JPEG", "cut PNG", "program", "SVG", "HTML", "ZIP"],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="no whole PDF, JPEG or PNG") as refused:
        media_type_of(data)
    assert refused.value.figures["field"] == "file"


def test_the_largest_file_is_kept_and_one_byte_more_is_not() -> None:
    head, tail = b"%PDF-1.4\n", b"%%EOF"
    largest = head + b"x" * (MOST_BYTES - len(head) - len(tail)) + tail
    assert media_type_of(largest) == "application/pdf"
    with pytest.raises(Invalid, match="at most 5 MB"):
        media_type_of(head + b"x" + largest[len(head) :])


def test_a_file_is_saved_under_a_name_of_its_machine() -> None:
    assert file_name("cmm-1", None, "image/jpeg") == "gadong-certificate-cmm-1.jpg"
