"""The survey of firms: its classes of size at their edges, and sums that leave no firm out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.people.domain.company_profile import CompanyProfile
from gadong.reports.domain.survey import SurveyGroup, survey

DAY = date(2026, 12, 31)


def firm(
    workers: int | None = None, district: str = "", sector: str = "", exports: bool | None = None
) -> CompanyProfile:
    return CompanyProfile(
        since=DAY, workers=workers, district=district, sector=sector, exports=exports, partners=2
    )


@pytest.mark.parametrize(
    ("workers", "size"),
    [
        (None, ""),
        (0, "0"),
        (1, "1-4"),
        (4, "1-4"),
        (5, "5-9"),
        (9, "5-9"),
        (10, "10-49"),
        (49, "10-49"),
        (50, "50+"),
    ],
)
def test_a_firm_is_of_the_class_of_its_workers(workers: int | None, size: str) -> None:
    (group,) = survey(DAY, [firm(workers)]).sizes
    assert (group.key, group.firms, group.workers) == (size, 1, workers or 0)


def test_the_largest_group_comes_first_and_the_unknown_last() -> None:
    found = survey(
        DAY,
        [
            firm(9, "경기도 화성시 봉담읍", "25"),
            firm(3, "경기도 화성시 향남읍", "10"),
            firm(1, "경기도 오산시", "10"),
            firm(None, "", "25", exports=True),
            None,
            None,
        ],
    )
    assert (found.firms, found.answered, found.workers, found.partners) == (6, 4, 13, 8)
    assert found.districts == (
        SurveyGroup(key="경기도 화성시", firms=2, workers=12),
        SurveyGroup(key="경기도 오산시", firms=1, workers=1),
        SurveyGroup(key="", firms=3, workers=0),
    )
    assert [(g.key, g.firms) for g in found.sectors] == [("10", 2), ("25", 2), ("", 2)]
    assert [(g.key, g.firms) for g in found.exports] == [("yes", 1), ("", 5)]


@given(
    st.lists(
        st.none()
        | st.builds(
            firm,
            st.none() | st.integers(0, 60),
            st.sampled_from(["", "경기도 화성시 봉담읍", "경기도 오산시"]),
            st.sampled_from(["", "10", "25"]),
            st.none() | st.booleans(),
        ),
        max_size=12,
    )
)
def test_every_list_adds_up_to_all_firms(profiles: list[CompanyProfile | None]) -> None:
    found = survey(DAY, profiles)
    for groups in (found.sizes, found.sectors, found.districts, found.clusters, found.exports):
        assert sum(group.firms for group in groups) == found.firms == len(profiles)
        assert sum(group.workers for group in groups) == found.workers
