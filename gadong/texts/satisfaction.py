"""Texts of satisfaction: questions that a centre may begin with, and headings of its tables."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: Questions that a centre finds written in its form, and changes as it likes.
SUGGESTED = (
    Text("장비와 시설에 만족하셨습니까?", "Were you satisfied with the machine and the place?"),
    Text("직원의 안내에 만족하셨습니까?", "Were you satisfied with the staff's guidance?"),
    Text("예약과 이용 절차가 편리했습니까?", "Was it easy to book and to use?"),
)
#: Headings of the tables.
SATISFACTION: Mapping[str, Text] = {
    "sheet": Text("만족도", "Satisfaction"),
    "questions": Text("문항", "Questions"),
    "words": Text("의견", "Words"),
    "part": Text("구분", "Part"),
    "name": Text("항목", "Name"),
    "mean": Text("평균(5점)", "Mean of 5"),
    "satisfied": Text("만족 비율(%)", "Satisfied (%)"),
    "sent": Text("조사 인원", "Asked"),
    "answered": Text("응답", "Answered"),
    "response_rate": Text("응답률(%)", "Response rate (%)"),
    "company": Text("기업", "Company"),
    "whole": Text("전체", "All"),
    "session": Text("장비", "Machine"),
    "course": Text("교육", "Course"),
    "guidance": Text("전문가", "Expert"),
    "month": Text("월", "Month"),
    "question": Text("문항", "Question"),
    "hidden": Text("5명부터 표시", "from five people on"),
}
