"""Requirements of the operations on the desk: bookings and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping

from api.v1.rights.needs import (
    BOOKING,
    BOOKING_SEE,
    DESK_WORK,
    ENTRY,
    MONEY_WORK,
    RULES_WORK,
    SELF,
    AccessCondition,
    Need,
    need,
)
from gadong.core.domain.access import Right

#: A company's own act, which nobody does in its place.
MEMBER = need(AccessCondition.COMPANY)
COST_SHARES_SEE = need(AccessCondition.COMPANY, Right.DESK_SEE, Right.MONEY_SEE)

NEEDS: Mapping[tuple[str, str], Need] = {
    ("post", "/bookings"): BOOKING,
    ("post", "/bookings/series"): BOOKING,
    ("post", "/bookings/quote"): BOOKING,
    ("post", "/bookings/quotation.pdf"): BOOKING,
    ("post", "/slots"): BOOKING_SEE,
    ("get", "/bookings"): SELF,
    ("get", "/bookings/{booking_id}"): BOOKING_SEE,
    ("get", "/bookings/{booking_id}/application.pdf"): BOOKING_SEE,
    ("get", "/bookings/{booking_id}/approval.pdf"): BOOKING_SEE,
    ("get", "/bookings/{booking_id}/energy"): need(
        AccessCondition.COMPANY, Right.DESK_SEE, Right.MONEY_SEE
    ),
    ("post", "/bookings/{booking_id}/energy"): MONEY_WORK,
    ("patch", "/bookings/{booking_id}"): BOOKING,
    ("post", "/bookings/{booking_id}/move"): BOOKING,
    ("get", "/bookings/{booking_id}/sisters"): BOOKING_SEE,
    ("post", "/bookings/{booking_id}/sister"): BOOKING,
    ("post", "/bookings/{booking_id}/extend"): BOOKING,
    ("post", "/bookings/{booking_id}/transfer"): BOOKING,
    ("post", "/bookings/{booking_id}/cancel"): BOOKING,
    ("post", "/bookings/{booking_id}/accept"): BOOKING,
    ("post", "/bookings/{booking_id}/check-in"): BOOKING,
    ("post", "/bookings/{booking_id}/check-out"): BOOKING,
    ("get", "/cost-shares"): SELF,
    ("get", "/bookings/{booking_id}/cost-shares"): COST_SHARES_SEE,
    ("post", "/bookings/{booking_id}/cost-shares"): MEMBER,
    ("post", "/bookings/{booking_id}/cost-shares/take-back"): MEMBER,
    ("post", "/bookings/{booking_id}/cost-shares/consent"): MEMBER,
    ("post", "/bookings/{booking_id}/cost-shares/refuse"): MEMBER,
    ("post", "/bookings/{booking_id}/cost-shares/withdraw"): MEMBER,
    ("get", "/bookings/{booking_id}/competing"): need(Right.DESK_SEE),
    ("post", "/bookings/{booking_id}/approve"): DESK_WORK,
    ("post", "/bookings/{booking_id}/decline"): DESK_WORK,
    ("post", "/bookings/{booking_id}/release"): DESK_WORK,
    ("get", "/waiting"): SELF,
    ("post", "/waiting"): BOOKING,
    ("delete", "/waiting/{entry_id}"): BOOKING,
    ("get", "/monthly-applications"): SELF,
    ("post", "/monthly-applications"): BOOKING,
    ("get", "/monthly-applications/{application_id}"): BOOKING_SEE,
    ("post", "/monthly-applications/{application_id}/withdraw"): BOOKING,
    ("get", "/centres/{centre}/application-rounds"): ENTRY,
    ("get", "/application-rounds/{round_id}"): ENTRY,
    ("get", "/application-rounds/{round_id}/verification"): need(Right.DESK_SEE),
    ("get", "/calendar"): ENTRY,
    ("post", "/closures"): DESK_WORK,
    ("post", "/closures/preview"): DESK_WORK,
    ("get", "/closures"): ENTRY,
    ("get", "/closures/{closure_id}"): need(Right.DESK_SEE),
    ("put", "/closures/{closure_id}"): DESK_WORK,
    ("post", "/closures/{closure_id}/preview"): DESK_WORK,
    ("post", "/closures/{closure_id}/lift"): DESK_WORK,
    ("get", "/ghost-runs"): need(Right.DESK_SEE, Right.MONEY_SEE),
    ("post", "/centres/{centre}/terms"): ENTRY,
    ("get", "/centres/{centre}/pledges"): ENTRY,
    ("post", "/centres/{centre}/pledges"): RULES_WORK,
    ("get", "/centres/{centre}/pledge-acceptances"): need(Right.DESK_SEE),
}
