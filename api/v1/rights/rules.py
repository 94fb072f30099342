"""Requirements of the operations on the rules."""

from __future__ import annotations

from collections.abc import Mapping

from api.v1.rights.needs import (
    ENTRY,
    RULES_WORK,
    AccessCondition,
    Need,
    need,
)
from gadong.core.domain.access import Right

NEEDS: Mapping[tuple[str, str], Need] = {
    ("put", "/policy"): RULES_WORK,
    ("post", "/centres/{centre}/stops"): RULES_WORK,
    ("get", "/centres/{centre}"): ENTRY,
    ("put", "/centres/{centre}/hours"): RULES_WORK,
    ("put", "/centres/{centre}/contact"): RULES_WORK,
    ("put", "/centres/{centre}/name"): RULES_WORK,
    ("put", "/centres/{centre}/zone"): RULES_WORK,
    ("get", "/centres/{centre}/holidays"): ENTRY,
    ("post", "/centres/{centre}/holidays"): RULES_WORK,
    ("get", "/centres/{centre}/policy"): need(Right.RULES_SEE),
    ("get", "/tariffs"): ENTRY,
    ("post", "/tariffs"): RULES_WORK,
    ("put", "/tariffs/{tariff_id}"): RULES_WORK,
    ("delete", "/tariffs/{tariff_id}"): RULES_WORK,
    ("post", "/tariffs/{tariff_id}/publish"): RULES_WORK,
    ("get", "/tariffs/{tariff_id}/preview"): need(Right.RULES_SEE),
    ("put", "/companies/{company}/people/{person}/phone"): need(
        AccessCondition.OWNER, Right.DESK_WORK
    ),
    ("get", "/centres/{centre}/text-account"): RULES_WORK,
    ("put", "/centres/{centre}/text-account"): RULES_WORK,
    ("delete", "/centres/{centre}/text-account"): RULES_WORK,
    ("get", "/centres/{centre}/text-messages"): RULES_WORK,
    ("get", "/webhooks"): RULES_WORK,
    ("post", "/webhooks"): RULES_WORK,
    ("delete", "/webhooks/{webhook_id}"): RULES_WORK,
    ("get", "/webhooks/{webhook_id}/deliveries"): RULES_WORK,
    ("post", "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"): RULES_WORK,
}
