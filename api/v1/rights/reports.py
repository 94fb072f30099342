"""Requirements of the operations on reports."""

from __future__ import annotations

from collections.abc import Mapping

from api.v1.rights.needs import (
    REPORT_SEE,
    Need,
)

NEEDS: Mapping[tuple[str, str], Need] = {
    ("get", "/reports/hours"): REPORT_SEE,
    ("get", "/reports/hours.csv"): REPORT_SEE,
    ("get", "/reports/utilisation"): REPORT_SEE,
    ("get", "/reports/utilisation.csv"): REPORT_SEE,
    ("get", "/reports/utilisation.xlsx"): REPORT_SEE,
    ("post", "/reports/utilisation/refresh"): REPORT_SEE,
    ("get", "/reports/year"): REPORT_SEE,
    ("get", "/reports/year.xlsx"): REPORT_SEE,
    ("get", "/reports/year.pdf"): REPORT_SEE,
    ("get", "/reports/centres"): REPORT_SEE,
    ("get", "/reports/centres.{kind}"): REPORT_SEE,
    ("get", "/reports/operation-log.{kind}"): REPORT_SEE,
    ("get", "/reports/maintenance-log.{kind}"): REPORT_SEE,
}
