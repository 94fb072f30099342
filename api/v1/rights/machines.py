"""Requirements of the operations on machines and their signals."""

from __future__ import annotations

from collections.abc import Mapping

from api.v1.rights.needs import (
    BOOKING,
    ENTRY,
    FLOOR_SEE,
    FLOOR_WORK,
    SELF,
    AccessCondition,
    Need,
    need,
)
from gadong.core.domain.access import Right

NEEDS: Mapping[tuple[str, str], Need] = {
    ("get", "/machines"): SELF,
    ("post", "/machines"): FLOOR_WORK,
    ("get", "/machines/{machine}"): ENTRY,
    ("get", "/machines/{machine}/abilities"): ENTRY,
    ("get", "/machines/{machine}/observations"): ENTRY,
    ("post", "/machines/{machine}/observations"): FLOOR_WORK,
    ("get", "/machines/{machine}/register"): FLOOR_SEE,
    ("put", "/machines/{machine}/register"): FLOOR_WORK,
    ("get", "/machines/{machine}/register/history"): FLOOR_SEE,
    ("get", "/centres/{centre}/register"): FLOOR_SEE,
    ("get", "/centres/{centre}/register.csv"): FLOOR_SEE,
    ("get", "/centres/{centre}/register-columns"): FLOOR_SEE,
    ("put", "/centres/{centre}/register-columns"): FLOOR_WORK,
    ("put", "/machines/{machine}/abilities"): FLOOR_WORK,
    ("get", "/machines/{machine}/checklists"): ENTRY,
    ("post", "/machines/{machine}/checklists"): FLOOR_WORK,
    ("post", "/machines/{machine}/checklist-answers"): BOOKING,
    ("get", "/centres/{centre}/checklist-answers"): need(Right.DESK_SEE),
    ("get", "/centres/{centre}/checklist-answers.csv"): need(Right.DESK_SEE),
    ("get", "/checklist-answers/{answer_id}/photos/{question}"): need(
        AccessCondition.COMPANY, Right.DESK_SEE
    ),
    ("get", "/machines/{machine}/limits"): FLOOR_SEE,
    ("post", "/machines/{machine}/limits"): FLOOR_WORK,
    ("delete", "/machines/{machine}/limits/{limit_id}"): FLOOR_WORK,
    ("get", "/centres/{centre}/limit-alarms"): FLOOR_SEE,
    ("get", "/centres/{centre}/limit-alarms.csv"): FLOOR_SEE,
    ("post", "/limit-alarms/{alarm_id}/acknowledgement"): FLOOR_WORK,
    ("get", "/machines/{machine}/timeline"): ENTRY,
    ("get", "/machines/{machine}/usages"): ENTRY,
    ("get", "/machines/{machine}/policy"): ENTRY,
    ("put", "/machines/{machine}/freed-time"): ENTRY,
    ("get", "/messages/{message_id}"): need(
        AccessCondition.COMPANY, Right.FLOOR_SEE, Right.MONEY_SEE
    ),
    ("get", "/machines/{machine}/sources"): FLOOR_SEE,
    ("post", "/machines/{machine}/sources"): FLOOR_WORK,
    ("put", "/machines/{machine}/sources/{source_id}"): FLOOR_WORK,
    ("delete", "/machines/{machine}/sources/{source_id}"): FLOOR_WORK,
    ("post", "/machines/{machine}/sources/{source_id}/calibration"): FLOOR_SEE,
    ("post", "/machines/{machine}/sources/{source_id}/inbox"): FLOOR_WORK,
    ("get", "/machines/{machine}/axes"): FLOOR_SEE,
    ("get", "/machines/{machine}/counters"): FLOOR_SEE,
    ("get", "/machines/{machine}/series"): FLOOR_SEE,
    ("get", "/machines/{machine}/series.csv"): FLOOR_SEE,
    ("get", "/machines/{machine}/energy"): FLOOR_SEE,
    ("get", "/machines/{machine}/energy.csv"): FLOOR_SEE,
    ("get", "/inbox"): FLOOR_SEE,
    ("get", "/inbox/{device_id}"): FLOOR_SEE,
    ("delete", "/inbox/{device_id}"): FLOOR_WORK,
    ("post", "/inbox/{device_id}/bind"): FLOOR_WORK,
    ("get", "/quarantine"): FLOOR_SEE,
    ("post", "/quarantine/{group_id}/replay"): FLOOR_WORK,
    ("get", "/centres/{centre}/device-accounts"): FLOOR_SEE,
    ("get", "/centres/{centre}/refusals"): FLOOR_SEE,
    ("get", "/centres/{centre}/relays"): FLOOR_SEE,
    ("post", "/centres/{centre}/device-accounts"): FLOOR_WORK,
    ("post", "/device-accounts/{account_id}/revoke"): FLOOR_WORK,
    ("get", "/machines/{machine}/interlock"): FLOOR_SEE,
    ("put", "/machines/{machine}/interlock"): FLOOR_WORK,
    ("delete", "/machines/{machine}/interlock"): FLOOR_WORK,
    ("put", "/machines/{machine}/interlock/hold"): FLOOR_WORK,
    ("post", "/machines/{machine}/interlock/lift"): FLOOR_WORK,
    ("get", "/machines/{machine}/interlock/commands"): FLOOR_SEE,
}
