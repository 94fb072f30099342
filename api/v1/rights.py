"""Requirements of every API operation: one table for the API's description and its tests.

The services decide; tests/api/test_access.py calls each operation as each role and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gadong.core.domain.access import Right


class AccessCondition(StrEnum):
    """A condition other than a role's right that permits an operation."""

    ANYBODY = "anybody"  # also who is not logged in
    SELF = "self"  # anybody logged in, about their own things alone
    WHOLE = "whole"  # likewise, by anything but a limited token
    ACCOUNT = "account"  # a person in a session of theirs, about their own account; no token, no program
    PROVEN = "proven"  # likewise, who gave their password or passkey within ten minutes
    ENTRY = "entry"  # anybody who may enter the centre
    COMPANY = "company"  # anybody of the company
    OWNER = "owner"  # an owner of the company
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Need:
    """Any one of these."""

    rights: frozenset[Right] = frozenset()
    standings: frozenset[AccessCondition] = frozenset()

    def written(self) -> list[str]:
        """Return the need as the description shows it."""
        return sorted(self.standings) + sorted(self.rights)


def _need(*any_of: Right | AccessCondition) -> Need:
    return Need(
        frozenset(x for x in any_of if isinstance(x, Right)),
        frozenset(x for x in any_of if isinstance(x, AccessCondition)),
    )


ANYBODY, SELF = _need(AccessCondition.ANYBODY), _need(AccessCondition.SELF)
ENTRY = _need(AccessCondition.ENTRY)
ACCOUNT, PROVEN = _need(AccessCondition.ACCOUNT), _need(AccessCondition.PROVEN)
ADMINISTRATOR = _need(AccessCondition.ADMINISTRATOR)
FLOOR_SEE, FLOOR_WORK = _need(Right.FLOOR_SEE), _need(Right.FLOOR_WORK)
DESK_WORK, RULES_WORK = _need(Right.DESK_WORK), _need(Right.RULES_WORK)
MONEY_SEE, MONEY_WORK = _need(Right.MONEY_SEE), _need(Right.MONEY_WORK)
PEOPLE_WORK, REPORT_SEE = _need(Right.PEOPLE_WORK), _need(Right.REPORT_SEE)
BOOKING = _need(AccessCondition.COMPANY, Right.DESK_WORK)
BOOKING_SEE = _need(AccessCondition.COMPANY, Right.DESK_SEE)
STATEMENT = _need(AccessCondition.COMPANY, Right.MONEY_SEE)
PARTY = _need(AccessCondition.COMPANY, Right.PEOPLE_SEE, Right.MONEY_SEE)
NAMING = _need(AccessCondition.OWNER, Right.PEOPLE_WORK)

#: Grouped as the routes are. Every path is below /api/v1.
NEEDS: Mapping[tuple[str, str], Need] = {
    ("post", "/sessions"): ANYBODY,
    ("post", "/sessions/passkey"): ANYBODY,
    ("post", "/passkeys/options"): ANYBODY,
    ("delete", "/sessions/current"): SELF,
    ("get", "/me"): SELF,
    # One's own account. Where ACCOUNT changes anything, the body carries the password.
    ("post", "/sessions/current/proof"): ACCOUNT,
    ("post", "/sessions/current/proof/passkey"): ACCOUNT,
    ("get", "/me/passkeys"): ACCOUNT,
    ("post", "/me/passkeys"): PROVEN,
    ("post", "/me/passkeys/options"): PROVEN,
    ("post", "/me/passkeys/removal"): ACCOUNT,
    ("get", "/me/preferences"): ACCOUNT,
    ("put", "/me/preferences"): ACCOUNT,
    ("get", "/me/phone"): ACCOUNT,
    ("put", "/me/phone"): ACCOUNT,
    ("get", "/me/data"): PROVEN,
    ("post", "/me/leaving"): ACCOUNT,
    ("put", "/me/password"): ACCOUNT,
    ("post", "/me/second-factor"): PROVEN,
    ("put", "/me/second-factor"): PROVEN,
    ("post", "/me/second-factor/removal"): PROVEN,
    ("post", "/password-recovery"): ANYBODY,
    ("post", "/password-recovery/new"): ANYBODY,
    ("get", "/tokens"): ACCOUNT,
    ("post", "/tokens"): PROVEN,
    ("delete", "/tokens/{credential_id}"): PROVEN,
    ("get", "/notices"): _need(AccessCondition.WHOLE),
    ("get", "/feeds"): ACCOUNT,
    ("post", "/feeds"): PROVEN,
    ("delete", "/feeds/{feed_id}"): PROVEN,
    ("get", "/jobs"): _need(*Right),
    ("get", "/accounts"): ADMINISTRATOR,
    ("post", "/accounts/{person}/shut"): ADMINISTRATOR,
    ("post", "/accounts/{person}/reopen"): ADMINISTRATOR,
    ("post", "/accounts/{person}/factors/reset"): ADMINISTRATOR,
    ("put", "/accounts/{person}/administrator"): ADMINISTRATOR,
    ("get", "/me/invitations"): ACCOUNT,
    ("post", "/me/invitations/{offer_id}/accept"): ACCOUNT,
    ("post", "/me/invitations/{offer_id}/decline"): ACCOUNT,
    # Centres, companies and people
    ("get", "/consents"): SELF,
    ("post", "/consents/{consent_id}/give"): _need(AccessCondition.OWNER),
    ("post", "/consents/{consent_id}/refuse"): _need(AccessCondition.OWNER),
    ("get", "/centres/{centre}/consents"): _need(Right.PEOPLE_SEE),
    ("get", "/centres"): SELF,
    ("post", "/centres"): ADMINISTRATOR,
    ("put", "/centres/{centre}/discovery"): ADMINISTRATOR,
    ("get", "/centres/{centre}/staff"): _need(Right.PEOPLE_SEE, Right.STAFF_WORK),
    ("put", "/centres/{centre}/staff/{person}"): _need(Right.STAFF_WORK),
    ("get", "/centres/{centre}/audit"): _need(Right.AUDIT_SEE),
    ("get", "/centres/{centre}/audit.csv"): _need(Right.AUDIT_SEE),
    ("get", "/companies"): _need(Right.DESK_SEE, Right.MONEY_SEE, Right.PEOPLE_SEE),
    ("post", "/companies"): PEOPLE_WORK,
    ("get", "/companies/{company}/people"): _need(AccessCondition.COMPANY, Right.PEOPLE_SEE, Right.DESK_WORK),
    ("put", "/companies/{company}/people/{person}"): NAMING,
    ("delete", "/companies/{company}/people/{person}"): NAMING,
    ("post", "/people"): NAMING,
    ("post", "/invitations"): NAMING,
    ("post", "/centres/{centre}/join-requests"): ANYBODY,
    ("get", "/join-requests"): _need(Right.PEOPLE_SEE),
    ("post", "/join-requests/{request_id}/approve"): PEOPLE_WORK,
    ("post", "/join-requests/{request_id}/decline"): PEOPLE_WORK,
    ("post", "/qualifications"): DESK_WORK,
    ("get", "/agreements"): ANYBODY,
    ("post", "/agreements"): ADMINISTRATOR,
    ("post", "/agreements/accept"): ACCOUNT,
    ("get", "/centres/{centre}/programs"): _need(Right.STAFF_WORK, Right.AUDIT_SEE),
    ("post", "/centres/{centre}/programs"): _need(Right.STAFF_WORK),
    ("post", "/programs/{program_id}/token"): _need(Right.STAFF_WORK),
    ("delete", "/programs/{program_id}"): _need(Right.STAFF_WORK),
    ("post", "/machines/{machine}/calls"): ENTRY,
    ("get", "/centres/{centre}/calls"): ENTRY,
    ("post", "/calls/{call_id}/answer"): DESK_WORK,
    ("get", "/centres/{centre}/technicians"): _need(Right.DESK_SEE),
    ("put", "/centres/{centre}/technicians/{technician_id}"): _need(Right.STAFF_WORK),
    ("delete", "/centres/{centre}/technicians/{technician_id}"): _need(Right.STAFF_WORK),
    ("get", "/centres/{centre}/absences"): _need(Right.DESK_SEE),
    ("post", "/centres/{centre}/technicians/{technician_id}/absences"): DESK_WORK,
    ("delete", "/absences/{absence_id}"): DESK_WORK,
    ("get", "/centres/{centre}/assistance"): _need(Right.DESK_SEE),
    ("put", "/bookings/{booking_id}/technician"): DESK_WORK,
    ("get", "/centres/{centre}/equipment"): _need(Right.DESK_SEE),
    ("put", "/centres/{centre}/equipment/{equipment_slug}"): _need(Right.STAFF_WORK),
    ("get", "/machines/{machine}/equipment"): _need(Right.DESK_SEE),
    ("put", "/machines/{machine}/equipment"): _need(Right.STAFF_WORK),
    ("get", "/bookings/{booking_id}/equipment"): BOOKING_SEE,
    ("get", "/centres/{centre}/courses"): ENTRY,
    ("post", "/centres/{centre}/courses"): DESK_WORK,
    ("post", "/courses/{course_id}/cancel"): DESK_WORK,
    ("post", "/courses/{course_id}/places"): BOOKING,
    ("delete", "/courses/{course_id}/places/{person}"): BOOKING,
    ("put", "/courses/{course_id}/places/{person}"): DESK_WORK,
    ("get", "/courses/{course_id}/places/{person}/certificate.pdf"): BOOKING_SEE,
    ("get", "/centres/{centre}/trainings"): ENTRY,
    ("put", "/centres/{centre}/trainings"): DESK_WORK,
    ("post", "/centres/{centre}/past-courses"): DESK_WORK,
    ("get", "/centres/{centre}/completed-courses"): ENTRY,
    ("get", "/centres/{centre}/qualifications/lapsing"): _need(Right.DESK_SEE),
    ("get", "/centres/{centre}/party"): ENTRY,
    ("put", "/centres/{centre}/party"): PEOPLE_WORK,
    ("get", "/centres/{centre}/bank-account"): ENTRY,
    ("put", "/centres/{centre}/bank-account"): PEOPLE_WORK,
    ("get", "/centres/{centre}/companies/{company}/party"): PARTY,
    ("put", "/centres/{centre}/companies/{company}/party"): PEOPLE_WORK,
    ("get", "/centres/{centre}/companies/{company}/categories"): PARTY,
    ("post", "/centres/{centre}/companies/{company}/categories"): PEOPLE_WORK,
    # Machines
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
    ("get", "/machines/{machine}/timeline"): ENTRY,
    ("get", "/machines/{machine}/usages"): ENTRY,
    ("get", "/machines/{machine}/policy"): ENTRY,
    ("put", "/machines/{machine}/freed-time"): ENTRY,
    ("get", "/messages/{message_id}"): _need(AccessCondition.COMPANY, Right.FLOOR_SEE, Right.MONEY_SEE),
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
    ("post", "/centres/{centre}/device-accounts"): FLOOR_WORK,
    ("post", "/device-accounts/{account_id}/revoke"): FLOOR_WORK,
    ("get", "/machines/{machine}/interlock"): FLOOR_SEE,
    ("put", "/machines/{machine}/interlock"): FLOOR_WORK,
    ("delete", "/machines/{machine}/interlock"): FLOOR_WORK,
    ("put", "/machines/{machine}/interlock/hold"): FLOOR_WORK,
    ("post", "/machines/{machine}/interlock/lift"): FLOOR_WORK,
    ("get", "/machines/{machine}/interlock/commands"): FLOOR_SEE,
    # The desk
    ("post", "/bookings"): BOOKING,
    ("post", "/bookings/series"): BOOKING,
    ("post", "/bookings/quote"): BOOKING,
    ("post", "/slots"): BOOKING_SEE,
    ("get", "/bookings"): SELF,
    ("get", "/bookings/{booking_id}"): BOOKING_SEE,
    ("get", "/bookings/{booking_id}/application.pdf"): BOOKING_SEE,
    ("get", "/bookings/{booking_id}/approval.pdf"): BOOKING_SEE,
    ("get", "/bookings/{booking_id}/energy"): _need(AccessCondition.COMPANY, Right.DESK_SEE, Right.MONEY_SEE),
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
    ("post", "/bookings/{booking_id}/approve"): DESK_WORK,
    ("post", "/bookings/{booking_id}/decline"): DESK_WORK,
    ("post", "/bookings/{booking_id}/release"): DESK_WORK,
    ("get", "/waiting"): SELF,
    ("post", "/waiting"): BOOKING,
    ("delete", "/waiting/{entry_id}"): BOOKING,
    ("get", "/calendar"): ENTRY,
    ("post", "/closures"): DESK_WORK,
    ("post", "/closures/preview"): DESK_WORK,
    ("get", "/closures"): ENTRY,
    ("get", "/closures/{closure_id}"): _need(Right.DESK_SEE),
    ("put", "/closures/{closure_id}"): DESK_WORK,
    ("post", "/closures/{closure_id}/preview"): DESK_WORK,
    ("post", "/closures/{closure_id}/lift"): DESK_WORK,
    ("get", "/ghost-runs"): _need(Right.DESK_SEE, Right.MONEY_SEE),
    ("post", "/centres/{centre}/terms"): ENTRY,
    ("get", "/centres/{centre}/pledges"): ENTRY,
    ("post", "/centres/{centre}/pledges"): RULES_WORK,
    ("get", "/centres/{centre}/pledge-acceptances"): _need(Right.DESK_SEE),
    # Rules
    ("put", "/policy"): RULES_WORK,
    ("post", "/centres/{centre}/stops"): RULES_WORK,
    ("get", "/centres/{centre}"): ENTRY,
    ("put", "/centres/{centre}/hours"): RULES_WORK,
    ("put", "/centres/{centre}/name"): RULES_WORK,
    ("put", "/centres/{centre}/zone"): RULES_WORK,
    ("get", "/centres/{centre}/holidays"): ENTRY,
    ("post", "/centres/{centre}/holidays"): RULES_WORK,
    ("get", "/centres/{centre}/policy"): _need(Right.RULES_SEE),
    ("get", "/tariffs"): ENTRY,
    ("post", "/tariffs"): RULES_WORK,
    ("put", "/tariffs/{tariff_id}"): RULES_WORK,
    ("delete", "/tariffs/{tariff_id}"): RULES_WORK,
    ("post", "/tariffs/{tariff_id}/publish"): RULES_WORK,
    ("get", "/tariffs/{tariff_id}/preview"): _need(Right.RULES_SEE),
    ("put", "/companies/{company}/people/{person}/phone"): _need(AccessCondition.OWNER, Right.DESK_WORK),
    ("get", "/centres/{centre}/text-account"): RULES_WORK,
    ("put", "/centres/{centre}/text-account"): RULES_WORK,
    ("delete", "/centres/{centre}/text-account"): RULES_WORK,
    ("get", "/centres/{centre}/text-messages"): RULES_WORK,
    ("get", "/webhooks"): RULES_WORK,
    ("post", "/webhooks"): RULES_WORK,
    ("delete", "/webhooks/{webhook_id}"): RULES_WORK,
    ("get", "/webhooks/{webhook_id}/deliveries"): RULES_WORK,
    ("post", "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"): RULES_WORK,
    # Money
    # The ledger of use. What changes a closed month needs MONEY_WORK beside.
    ("get", "/logged-uses"): _need(Right.DESK_SEE, Right.MONEY_SEE),
    ("post", "/logged-uses"): DESK_WORK,
    ("get", "/logged-uses/{logged_use_id}"): _need(AccessCondition.COMPANY, Right.DESK_SEE, Right.MONEY_SEE),
    ("post", "/logged-uses/{logged_use_id}/reversal"): DESK_WORK,
    ("post", "/centres/{centre}/use-tables/preview"): DESK_WORK,
    ("post", "/centres/{centre}/use-tables"): DESK_WORK,
    ("get", "/machines/{machine}/decisions"): MONEY_SEE,
    ("post", "/machines/{machine}/decisions"): MONEY_WORK,
    ("post", "/decisions/{decision_id}/reverse"): MONEY_WORK,
    ("get", "/statements"): SELF,
    ("post", "/statements"): MONEY_WORK,
    ("get", "/statements/preview"): STATEMENT,
    ("get", "/statements/{statement_id}"): STATEMENT,
    ("get", "/statements/{statement_id}/sheets.xlsx"): STATEMENT,
    ("get", "/statements/{statement_id}/lines.csv"): STATEMENT,
    ("get", "/statements/{statement_id}/document.pdf"): STATEMENT,
    ("post", "/statements/{statement_id}/approve"): MONEY_WORK,
    ("post", "/statements/{statement_id}/reopen"): MONEY_WORK,
    ("post", "/statements/{statement_id}/issue"): MONEY_WORK,
    ("post", "/statements/{statement_id}/check"): MONEY_WORK,
    ("post", "/statements/{statement_id}/void"): MONEY_WORK,
    ("get", "/statements/{statement_id}/payments"): STATEMENT,
    ("post", "/statements/{statement_id}/payments"): MONEY_WORK,
    ("post", "/payments/{payment_id}/reverse"): MONEY_WORK,
    ("get", "/statements/{statement_id}/objections"): STATEMENT,
    ("post", "/statements/{statement_id}/objections"): _need(AccessCondition.COMPANY),
    ("get", "/objections"): MONEY_SEE,
    ("post", "/objections/{objection_id}/answer"): MONEY_WORK,
    ("get", "/statements/{statement_id}/difference"): MONEY_WORK,
    ("get", "/statements/{statement_id}/evidence"): STATEMENT,
    ("get", "/statements/{statement_id}/evidence.json"): MONEY_SEE,
    ("get", "/centres/{centre}/months/{month}"): MONEY_SEE,
    ("post", "/centres/{centre}/months/{month}/lock"): MONEY_WORK,
    ("post", "/centres/{centre}/months/{month}/unlock"): MONEY_WORK,
    ("get", "/tariffs/{tariff_id}/touched"): _need(Right.RULES_SEE),
    ("get", "/statements/{statement_id}/corrections"): STATEMENT,
    ("post", "/statements/{statement_id}/corrections"): MONEY_WORK,
    ("get", "/statements/{statement_id}/corrections/{correction_id}/document.pdf"): STATEMENT,
    ("get", "/statements/{statement_id}/tax-invoices"): STATEMENT,
    ("post", "/statements/{statement_id}/tax-invoices"): MONEY_WORK,
    ("get", "/centres/{centre}/hometax.xlsx"): MONEY_SEE,
    ("get", "/entries"): STATEMENT,
    ("post", "/entries"): MONEY_WORK,
    ("get", "/prints"): MONEY_WORK,
    ("post", "/prints"): MONEY_WORK,
    ("post", "/lines"): MONEY_WORK,
    ("post", "/entries/{line_id}/reverse"): MONEY_WORK,
    ("get", "/centres/{centre}/companies/{company}/extras"): STATEMENT,
    ("post", "/centres/{centre}/companies/{company}/extras"): MONEY_WORK,
    # Reports
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
