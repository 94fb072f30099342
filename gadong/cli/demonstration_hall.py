"""The demonstration's hall: its machines, its tariff and its rules of measuring."""

from __future__ import annotations

CENTRE = "mullae"

#: slug, kind, Korean name, English name, dialect, base, running above and idle below (watts)
HALL = (
    (
        "printer-1",
        "3d-printer",
        "3D 프린터 1호",
        "3D printer 1",
        "octoprint",
        "octoPrint/printer-1",
        None,
    ),
    (
        "printer-2",
        "3d-printer",
        "3D 프린터 2호",
        "3D printer 2",
        "octoprint",
        "octoPrint/printer-2",
        None,
    ),
    (
        "mc-1",
        "machining-centre",
        "머시닝센터",
        "Machining centre",
        "tasmota",
        "plug-mc-1",
        (900.0, 600.0),
    ),
    (
        "cmm-1",
        "cmm",
        "3차원 측정기",
        "Coordinate measuring machine",
        "tasmota",
        "plug-cmm-1",
        (350.0, 250.0),
    ),
    (
        "press-1",
        "digital-press",
        "디지털 인쇄기",
        "Digital press",
        "gadong-json",
        f"gadong/v1/{CENTRE}/press-1",
        None,
    ),
    ("room-1", "room", "회의실", "Meeting room", "", "", None),
)

TARIFF = {
    "items": [
        {
            "kind": "3d-printer",
            "rate_per_hour": "3000",
            "basis": "actual_run",
            "minimum_seconds": 600,
            "no_show": {"pct": "0"},
        },
        {
            "kind": "machining-centre",
            "rate_per_hour": "30000",
            "basis": "actual_run",
            "minimum_seconds": 1800,
            "windows": [
                {
                    "weekdays": [0, 1, 2, 3, 4],
                    "since": "18:00:00",
                    "until": "00:00:00",
                    "pct": "130",
                },
                {"weekdays": [5, 6], "since": "00:00:00", "until": "00:00:00", "pct": "130"},
            ],
        },
        {
            "kind": "cmm",
            "rate_per_hour": "40000",
            "basis": "hull",
            "increment_seconds": 1800,
            "no_show": {"pct": "50"},
        },
        {
            "kind": "cmm",
            "usage_mode": "assisted",
            "rate_per_hour": "55000",
            "basis": "hull",
            "increment_seconds": 1800,
            "no_show": {"pct": "50"},
        },
        # Measurement to order is paid by the part; its machine time stands on the statement at
        # nothing.
        {"kind": "cmm", "usage_mode": "commissioned", "rate_per_hour": "0", "basis": "actual_run"},
        {"kind": "digital-press", "rate_per_hour": "12000", "basis": "actual_occupied"},
        {"kind": "room", "rate_per_hour": "10000", "basis": "booked", "increment_seconds": 1800},
    ],
    "discounts": [{"category": "small-manufacturer", "pct": "50"}],
    "goods": [
        {
            "code": "pla",
            "name_ko": "PLA 필라멘트",
            "name_en": "PLA filament",
            "measure": "g",
            "price": "80",
            "filament_diameter_mm": "1.75",
            "filament_density": "1.24",
        },
        {
            "code": "operator",
            "kind": "operator",
            "name_ko": "기술지원",
            "name_en": "Operator",
            "measure": "h",
            "price": "20000",
            "increment": 900,
        },
        {
            "code": "cmm-part",
            "kind": "commission",
            "name_ko": "3차원 측정(부품당)",
            "name_en": "Measuring a part",
            "measure": "ea",
            "price": "25000",
            "is_discounted": True,
        },
    ],
    "document_unit": 10,
}

#: What is asked and offered where the centre's people measure too.
MEASURING = {
    "teardown_minutes": 10,
    "usage_modes": ["self", "assisted", "commissioned"],
    "questions": [
        {"key": "samples", "ko": "시료 수", "en": "How many samples", "is_required": False}
    ],
}
