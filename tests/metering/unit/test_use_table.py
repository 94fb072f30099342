"""A table of use as people paste it: headings, cells and times."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gadong.metering.domain.use_table import MOST_LINES, UnreadableRow, lines_of, period_in

SEOUL = ZoneInfo("Asia/Seoul")


def kst(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """An instant of November on the centre's clock."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=SEOUL).astimezone(UTC)


@pytest.mark.parametrize("mark", ["\t", ",", ";"])
def test_cells_are_parted_by_what_parts_the_headings(mark: str) -> None:
    text = mark.join(["장비", "기업", "날짜", "시작", "종료", "사유"])
    text += (
        "\r\n\r\n"
        + mark.join(["cmm-1", "가나 정밀", "2026-11-02", "9:00", "10:30", "치수 측정"])
        + "\r\n"
    )
    (line,) = lines_of("\ufeff" + text)
    assert line.number == 3
    assert line.cells == {
        "machine": "cmm-1",
        "company": "가나 정밀",
        "day": "2026-11-02",
        "start": "9:00",
        "end": "10:30",
        "reason": "치수 측정",
    }


def test_headings_are_known_in_both_languages_in_any_order_beside_others() -> None:
    (line,) = lines_of('Reason,No.,End,Machine,START\n"parts, small",1,10:00,cmm,9:00')
    assert line.cells == {
        "reason": "parts, small",
        "end": "10:00",
        "machine": "cmm",
        "start": "9:00",
    }


@pytest.mark.parametrize(
    ("text", "code", "cell"),
    [
        ("", "table.empty", ""),
        (" \n,,\n", "table.empty", ""),
        ("장비,시작,종료", "table.heading_missing", "사유"),
        ("장비,시작,from,종료,사유", "table.heading_twice", "시작"),
    ],
)
def test_headings_that_cannot_be_read_are_named(text: str, code: str, cell: str) -> None:
    with pytest.raises(UnreadableRow) as refused:
        lines_of(text)
    assert (refused.value.code, refused.value.cell) == (code, cell)


@pytest.mark.parametrize(("count", "is_read"), [(MOST_LINES, True), (MOST_LINES + 1, False)])
def test_so_many_lines_are_read_at_a_time(count: int, *, is_read: bool) -> None:
    text = "장비,시작,종료,사유\n" + "a,9:00,10:00,b\n" * count
    if is_read:
        assert len(lines_of(text)) == count
    else:
        with pytest.raises(UnreadableRow, match=r"table\.too_long"):
            lines_of(text)


@pytest.mark.parametrize(
    ("day", "start", "end", "period"),
    [
        ("2026-11-02", "9:00", "10:30", (kst(2, 9), kst(2, 10, 30))),
        ("2026.11.2", "09:00:30", "24:00", (kst(2, 9, 0, 30), kst(3, 0))),
        ("2026. 11. 2.", "오전 9:00", "오후 1:05", (kst(2, 9), kst(2, 13, 5))),
        ("2026/11/02", "12:30 AM", "12:30 PM", (kst(2, 0, 30), kst(2, 12, 30))),
        ("2026년 11월 2일", "9시", "14시 30분", (kst(2, 9), kst(2, 14, 30))),
        ("", "2026-11-02 22:00", "2026-11-03 02:00", (kst(2, 22), kst(3, 2))),
        ("", "2026-11-02T22:00", "23:00", (kst(2, 22), kst(2, 23))),
        ("2026-11-02", "22:00", "2026-11-03 02:00", (kst(2, 22), kst(3, 2))),
    ],
)
def test_times_are_read_as_spreadsheets_write_them(
    day: str, start: str, end: str, period: tuple[datetime, datetime]
) -> None:
    found = period_in({"day": day, "start": start, "end": end}, SEOUL)
    assert (found.start, found.end) == period


@pytest.mark.parametrize(
    ("day", "start", "end", "code"),
    [
        ("2026-11-31", "9:00", "10:00", "table.day"),
        ("어제", "9:00", "10:00", "table.day"),
        ("", "9:00", "10:00", "table.no_day"),
        ("2026-11-02", "25:00", "26:00", "table.time"),
        ("2026-11-02", "9:60", "10:00", "table.time"),
        ("2026-11-02", "24:01", "24:30", "table.time"),
        ("2026-11-02", "오후 13:00", "14:00", "table.time"),
        ("2026-11-02", "", "10:00", "table.time"),
        ("2026-11-02", "10:00", "10:00", "table.end"),
        ("2026-11-02", "22:00", "02:00", "table.end"),
    ],
)
def test_a_cell_that_is_no_time_is_named(day: str, start: str, end: str, code: str) -> None:
    with pytest.raises(UnreadableRow) as refused:
        period_in({"day": day, "start": start, "end": end}, SEOUL)
    assert refused.value.code == code
