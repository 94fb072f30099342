"""People, companies, centres and credentials on the wire."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, SecretStr, WithJsonSchema

from api.v1.schemas import In, Instant, Name, Out, ShortName, Whole
from gadong.core.domain.access import Right, Role
from gadong.people.domain.payer import PayerKind


class LogIn(In):
    """An account's credentials."""

    email: str = Field(max_length=254, examples=["minji@hansol.example"])
    password: SecretStr = Field(max_length=200, examples=["gadong-demo-1"])
    code: str = Field(
        default="", max_length=20, description="one-time code, for who has set that up"
    )


class PasswordIn(In):
    """Another password for oneself."""

    old: SecretStr = Field(max_length=200)
    new: SecretStr = Field(min_length=10, max_length=200)
    end_passkeys: bool = Field(default=False, description="take every passkey away too")


class CodesOut(Out):
    """A secret for one-time codes (RFC 6238), also as an address for a QR code.

    It counts once a code was shown.
    """

    secret: str
    uri: str


class CodeIn(In):
    """A one-time code."""

    code: str = Field(min_length=6, max_length=12, examples=["123456"])


class RecoveryCodesOut(Out):
    """One-time codes for a login without the telephone. Shown this once."""

    codes: list[str]


class OwnPasswordIn(In):
    """One's password, to show that it is still oneself."""

    password: SecretStr = Field(max_length=200)


class ProofIn(OwnPasswordIn):
    """One's password, and a one-time code where one is asked for."""

    code: str = Field(
        default="", max_length=20, description="one-time code, for who has set that up"
    )


class PasskeyIn(In):
    """A new passkey from an authenticator (PublicKeyCredential.toJSON()), and its name."""

    name: ShortName = Field(examples=["휴대전화"])
    answer: dict[str, Any]


class PasskeyAnswerIn(In):
    """An authenticator's signed answer (PublicKeyCredential.toJSON())."""

    answer: dict[str, Any]


class PasskeyRemovalIn(OwnPasswordIn):
    """The passkey to remove."""

    passkey: str = Field(pattern="^([0-9a-f]{2}){1,1024}$", description="As /me/passkeys lists it.")


class PasskeyOut(Out):
    """A passkey of one's own."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class LapsingOut(Out):
    """A training that ends soon, and the machines that it is needed for."""

    person: UUID
    name: str
    code: str
    lapses_at: datetime
    machines: list[UUID]
    machine_slugs: list[str]


class ForgottenIn(In):
    """The email of a person who forgot their password."""

    email: str = Field(max_length=254)


class NewPasswordIn(In):
    """A new password, set with the mailed recovery token."""

    word: SecretStr = Field(max_length=100)
    password: SecretStr = Field(min_length=10, max_length=200)
    end_passkeys: bool = Field(default=False, description="take every passkey away too")


class NamedCompany(Out):
    """A company by name."""

    id: UUID
    name: str


class CentreOut(Out):
    """A site."""

    id: UUID
    slug: str = Field(examples=["mullae"])
    name: str = Field(examples=["문래 소공인 복합지원센터"])
    zone: str = Field(examples=["Asia/Seoul"])
    currency: str = Field(examples=["KRW"])


class Me(Out):
    """Your account, roles, companies and centres."""

    id: UUID
    name: str
    email: str
    roles: list[str] = Field(
        examples=[["member"]],
        description="member, owner, administrator, and what you are at centres",
    )
    companies: list[NamedCompany]
    centres: list[CentreOut]


class TokenIn(In):
    """A token to be made."""

    name: ShortName = Field(examples=["ERP export"])
    days: Whole = Field(default=90, ge=1, le=366)
    rights: list[Right] | None = Field(
        default=None, min_length=1, description="all that it may do; left out, whatever you may do"
    )


class TokenOut(Out):
    """A new token. Its secret is shown this once."""

    token: str
    expires_at: datetime


class CredentialOut(Out):
    """A session or token, without its secret."""

    id: UUID
    kind: str
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime
    rights: list[Right] | None = None


def _local(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("opening hours are the centre's own clock; leave the offset out")
    return value


# JSON Schema's format "time" asks for an offset, which a time on the centre's own clock has not.
CLOCK_TIME = {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d)?$", "examples": ["09:00:00"]}
LocalTime = Annotated[time, AfterValidator(_local), WithJsonSchema(CLOCK_TIME)]


class HoursIn(In):
    """One weekday's opening hours; Monday is 0, and closing at 00:00 is the day's end."""

    weekday: Whole = Field(ge=0, le=6)
    opens: LocalTime
    closes: LocalTime


class CentreIn(In):
    """A site to be made."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,30}$", examples=["mullae"])
    name: Name
    zone: str = "Asia/Seoul"
    hours: list[HoursIn] = Field(default_factory=list, max_length=50)


class PersonIn(In):
    """An account to be made: of a company, of a centre's staff, or an administrator's.

    A company's person without an e-mail address has a name, and a phone number if it is known.
    """

    email: str = Field(default="", max_length=254)
    name: ShortName
    password: SecretStr = Field(
        default=SecretStr(""), max_length=200, description="10 characters at least, with an address"
    )
    phone: str = Field(default="", max_length=40, description="of who has no e-mail address")
    company: UUID | None = None
    is_owner: bool = Field(default=False, description="may say who else is of the company")
    centre: UUID | None = None
    roles: list[Role] = Field(default_factory=list, max_length=len(Role))
    is_administrator: bool = False


class PersonOut(Out):
    """An account."""

    id: UUID
    email: str
    name: str


class CompanyPersonOut(PersonOut):
    """One of a company's people. Who has no login has no address either, and books by telephone."""

    is_owner: bool
    has_login: bool
    phone: str = Field(default="", description="For the company's owners and the desk.")


class OwnershipIn(In):
    """The ownership of the company, given or taken."""

    is_owner: bool


class InvitationIn(In):
    """An invitation into a company, or to a centre with roles."""

    email: str = Field(max_length=254)
    name: ShortName
    company: UUID | None = None
    centre: UUID | None = None
    roles: list[Role] = Field(default_factory=list, max_length=len(Role))


class InvitedOut(PersonOut):
    """The invited person, and the one-time address for their password; shown this once.

    The address is valid for seven days.
    """

    path: str = Field(examples=["/recover/…"])


class JoinRequestIn(In):
    """A company that asks to be served, and its first person."""

    company: Name = Field(examples=["한솔정밀"])
    registration_number: str = Field(
        default="",
        max_length=12,
        examples=["124-81-00998"],
        description="Empty for a payer that has none.",
    )
    kind: PayerKind = PayerKind.BUSINESS
    identification: str = Field(
        default="",
        max_length=150,
        description="In place of a number (docs/payers.md); never a 주민등록번호.",
    )
    name: ShortName
    email: str = Field(max_length=254)
    accepted: list[UUID] = Field(
        default_factory=list,
        max_length=10,
        description="Each of `GET /agreements`, read and accepted.",
    )


class JoinRequestOut(Out):
    """A request that waits."""

    id: UUID
    company: str
    registration_number: str
    kind: PayerKind
    identification: str
    name: str
    email: str
    asked_at: datetime


class AdmitIn(In):
    """Under which category."""

    category: str = Field(default="small-manufacturer", max_length=60)


class DeclineIn(In):
    """The reason of a refusal."""

    reason: str = Field(min_length=1, max_length=500)


class StaffOut(PersonOut):
    """Somebody who works at a centre."""

    roles: list[Role]


class RolesIn(In):
    """The roles of a person at a centre."""

    roles: list[Role] = Field(max_length=len(Role))


class QualificationIn(In):
    """A training that somebody passed."""

    centre: UUID
    person: UUID
    code: str = Field(min_length=1, max_length=60, examples=["cnc-basic"])
    expires_at: Instant | None = None
