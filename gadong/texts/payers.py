"""Names of payers: kinds, what they give instead of a number, receipts and categories."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

#: By the kind of a payer.
KINDS: Mapping[str, Text] = {
    "business": Text("사업자", "business"),
    "individual": Text("개인", "private person"),
    "founder": Text("예비창업자", "future founder"),
    "student": Text("학생", "student"),
    "farm": Text("농업경영체", "farm"),
    "council": Text("협의회", "council"),
    "cooperative": Text("조합", "co-operative"),
}
#: By the kind of a payer: its stand-in for a registration number.
INSTEAD: Mapping[str, Text] = {
    "founder": Text("창업 준비를 보이는 서류", "paper that shows the preparation"),
    "student": Text("학교와 학과", "school and department"),
    "farm": Text("농업경영체 등록번호", "number in the farm register"),
    "council": Text("회칙 또는 대표자", "statutes or representative"),
    "cooperative": Text("설립을 보이는 서류", "paper that shows the foundation"),
}
#: By the purpose of a cash receipt.
RECEIPT_PURPOSES: Mapping[str, Text] = {
    "deduction": Text("소득공제용", "for a person's income tax"),
    "proof": Text("지출증빙용", "as proof of costs"),
    "unnamed": Text("자진발급", "under no name"),
}
#: The usual categories of companies. A tariff's discount may name any other.
CATEGORIES: Mapping[str, Text] = {
    "small-manufacturer": Text("소공인", "small manufacturer"),
    "general": Text("일반", "general"),
}
