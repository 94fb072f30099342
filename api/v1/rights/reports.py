"""Requirements of the operations on reports."""

from __future__ import annotations

from collections.abc import Mapping

from api.v1.rights.needs import (
    PEOPLE_WORK,
    REPORT_SEE,
    RULES_WORK,
    Need,
    need,
)
from gadong.core.domain.access import Right

#: Figures without any company or person, which a centre's agency reads as well.
FIGURES = need(Right.REPORT_SEE, Right.FIGURES_SEE)

NEEDS: Mapping[tuple[str, str], Need] = {
    ("get", "/reports/hours"): REPORT_SEE,
    ("get", "/reports/hours.csv"): REPORT_SEE,
    ("get", "/reports/utilisation"): REPORT_SEE,
    ("get", "/reports/utilisation.csv"): REPORT_SEE,
    ("get", "/reports/utilisation.xlsx"): REPORT_SEE,
    ("post", "/reports/utilisation/refresh"): REPORT_SEE,
    ("get", "/reports/year"): FIGURES,
    ("get", "/reports/year.xlsx"): FIGURES,
    ("get", "/reports/year.pdf"): FIGURES,
    ("get", "/reports/centres"): FIGURES,
    ("get", "/reports/centres.{kind}"): FIGURES,
    ("get", "/reports/agency.{kind}"): FIGURES,
    ("get", "/reports/survey"): REPORT_SEE,
    ("get", "/reports/survey.{kind}"): need(Right.PEOPLE_SEE),
    ("get", "/reports/survey/snapshots"): REPORT_SEE,
    ("post", "/reports/survey/snapshots"): PEOPLE_WORK,
    ("get", "/centres/{centre}/questionnaire"): REPORT_SEE,
    ("put", "/centres/{centre}/questionnaire"): RULES_WORK,
    ("get", "/reports/satisfaction"): REPORT_SEE,
    ("get", "/reports/satisfaction.{kind}"): REPORT_SEE,
    ("get", "/reports/operation-log.{kind}"): REPORT_SEE,
    ("get", "/reports/maintenance-log.{kind}"): REPORT_SEE,
}
