"""The register of equipment: what an entry may hold, and the table in a centre's own columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gadong.machines.domain.register import (
    FIELDS,
    PLAIN,
    CalibrationRecord,
    Column,
    Funding,
    Registered,
    RegisterEntry,
    table_of,
)

ENTRY = RegisterEntry(
    model="Crysta 574",
    nfec_number="NFEC-2026-01-000001",
    price=100,
    funding={Funding.NATIONAL: 70, Funding.OWN: 30},
    in_service_from=date(2026, 3, 2),
    calibrations=(
        CalibrationRecord(done_on=date(2026, 3, 1), due_on=date(2027, 3, 1), certificate="C-2"),
        CalibrationRecord(done_on=date(2025, 3, 1), due_on=date(2026, 3, 1), certificate="C-1"),
    ),
)
ROW = Registered(slug="cmm-1", name_ko="측정기", name_en="CMM", kind="cmm", entry=ENTRY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"price": -1},
        {"price": 100, "funding": {Funding.OWN: 99}},
        {"price": 100, "funding": {Funding.OWN: 101}},
        {"funding": {Funding.OWN: -1}},
        {"in_service_from": date(2026, 3, 2), "in_service_until": date(2026, 3, 2)},
    ],
)
def test_an_entry_that_contradicts_itself_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"negative|add up|after"):
        RegisterEntry(**wrong)


def test_a_calibration_is_due_after_it_was_done() -> None:
    with pytest.raises(ValueError, match="due after"):
        CalibrationRecord(done_on=date(2026, 3, 1), due_on=date(2026, 3, 1))
    assert CalibrationRecord(done_on=date(2026, 3, 1), due_on=date(2026, 3, 2)).certificate == ""


def test_the_plain_table_has_every_field_and_the_last_calibration() -> None:
    heads, row = table_of([ROW], PLAIN)
    shown = dict(zip(heads, row, strict=True))
    assert len(heads) == len(FIELDS)
    assert (shown["장비명"], shown["모델"], shown["NFEC 등록번호"]) == (
        "측정기",
        "Crysta 574",
        "NFEC-2026-01-000001",
    )
    assert (shown["국비(원)"], shown["도비(원)"], shown["자부담(원)"]) == ("70", "", "30")
    assert (shown["검교정일"], shown["차기 검교정일"], shown["검교정 성적서"]) == (
        "2026-03-01",
        "2027-03-01",
        "C-2",
    )


def test_a_centres_own_columns_stand_in_its_order_and_may_be_empty() -> None:
    columns = [
        Column(heading="비고", field=None),
        Column(heading="규격", field="model"),
        Column(heading="명칭", field="name_ko"),
    ]
    assert table_of([ROW], columns) == [["비고", "규격", "명칭"], ["", "Crysta 574", "측정기"]]
