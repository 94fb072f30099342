"""Texts of mails about accounts, in Korean and English: links, and warnings of a change."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.texts.catalogue import Text

ACCOUNTS: Mapping[str, Text] = {
    "recovery.subject": Text("가동 비밀번호 재설정", "Gadong: a new password"),
    "recovery": Text(
        "30분 안에 아래 주소에서 새 비밀번호를 정하세요. 요청하지 않았다면 이 메일을 무시하세요.\n{link}",
        "Choose a new password at this address within 30 minutes. "
        "If you did not ask, ignore this mail.",
    ),
    "invitation.subject": Text("가동에 초대합니다", "You are invited to Gadong"),
    "invitation": Text(
        "{name} 님, 7일 안에 아래 주소에서 비밀번호를 정하고 로그인하세요.\n{link}",
        "Choose a password at this address within 7 days, and log in.",
    ),
    "offer.subject": Text("가동 초대", "an invitation"),
    "offer": Text(
        "{{name}} 님, {whose}에서 가동에 초대했습니다. 가지고 있는 계정으로 로그인한 뒤 7일 안에"
        " 아래 주소에서 수락하거나 거절하세요. 그 전에는 아무것도 바뀌지 않습니다.",
        "{whose} invites you. Log in to the account that you have, and accept or decline at "
        "this address within 7 days. Nothing changes before you do.",
    ),
    "consent.subject": Text("이용 동의 요청", "asks for your consent"),
    "consent": Text(
        "{{name}} 님, {centre}에서 {company}의 이용을 등록하려 합니다.{asked_by}"
        " 동의하면 센터는 기업명, 사업자등록번호, 대표 이용자, 기업이 직접 등록한 사람과 그 센터를"
        " 예약하는 사람만 보고,"
        " 다른 센터의 예약·사람·요금은 보지 못합니다. 아래 주소에서 동의하거나 거절하세요.",
        "{centre} wants to serve {company}.{asked_by} If you agree, the centre sees the company's "
        "name and number, its owners, those whom the company named itself and whoever books "
        "there, and nothing of other centres. "
        "Agree or refuse at this address.",
    ),
    "consent.asked_by": Text(" 신청한 사람: {asker}.", " Asked for by {asker}."),
    "why": Text("사유", "reason"),
    "password_changed": Text(
        "비밀번호가 바뀌었습니다. 다른 접속, 토큰, 달력 구독 주소는 모두 끝났습니다",
        "Your password was changed; other sessions, tokens and calendar feeds have ended",
    ),
    "codes_set_up": Text("일회용 코드가 설정되었습니다", "One-time codes were set up"),
    "codes_removed": Text("일회용 코드가 해제되었습니다", "One-time codes were taken away"),
    "passkey_added": Text("새 패스키가 등록되었습니다", "A passkey was added"),
    "provider_linked": Text("로그인 제공자 계정이 연결되었습니다", "A login provider was linked"),
    "feed_made": Text("새 달력 구독 주소가 만들어졌습니다", "A calendar feed was made"),
    "token_made": Text("새 토큰이 만들어졌습니다", "A token was made"),
    "shut": Text("계정이 정지되었습니다", "Your account was shut"),
    "opened": Text("계정이 다시 열렸습니다", "Your account was opened again"),
    "factors_reset": Text(
        "관리자가 일회용 코드와 패스키를 해제했습니다",
        "An administrator took your one-time codes and passkeys away",
    ),
    "administrator_named": Text("관리자로 지정되었습니다", "You were made an administrator"),
    "administrator_dismissed": Text(
        "더 이상 관리자가 아닙니다", "You are an administrator no more"
    ),
    "warning": Text(
        "{name} 님, 가동 계정 알림: {ko}. 본인이 한 일이 아니면 바로 비밀번호를 바꾸고 센터에 알려 주세요.",
        "About your Gadong account: {en}. "
        "If this was not you, change your password at once and tell your centre.",
    ),
}


def subject_of(key: str) -> str:
    """Return a mail's subject: the Korean text, with the English in brackets."""
    text = ACCOUNTS[key]
    return f"{text.ko} ({text.en})"


def body_of(key: str) -> str:
    """Return a mail's body in both languages, with its placeholders."""
    text = ACCOUNTS[key]
    return f"{text.ko}\n\n{text.en}\n"


def mail_of(key: str, *, link: str, **figures: object) -> str:
    """Return a mail's body in both languages around its link; `{name}` is filled in later."""
    text = ACCOUNTS[key].filled(**figures)
    return f"{text.ko}\n{link}\n\n{text.en}\n"
