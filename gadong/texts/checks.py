"""Texts of the checks' page: what is wrong, what is being done, and what to do, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gadong.texts.catalogue import Text


class CheckText(NamedTuple):
    """A check's name, what is wrong with its figures, what the service does, and what to do."""

    name: Text
    wrong: Text
    done: Text
    advice: Text


CHECKS: Mapping[str, CheckText] = {
    "signals": CheckText(
        Text("장비 신호 수신", "Reception of the machines"),
        Text("장비에서 아무것도 수신되지 않습니다.", "Nothing is received from the machines."),
        Text(
            "계속 다시 연결합니다. 브로커는 그동안 온 메시지를 보관하며, 끊긴 시간은 기록됩니다.",
            "Gadong keeps connecting again. The broker keeps what arrives, and the time is "
            "on record.",
        ),
        Text(
            "서버와 브로커, 네트워크가 켜져 있는지 보세요. 10분이 지나도 그대로면 설치 담당자에게 알리세요.",
            "See whether the server, the broker and the network are on. "
            "After ten minutes call whoever installed Gadong.",
        ),
    ),
    "drops": CheckText(
        Text("브로커의 메시지 보관", "Messages kept by the broker"),
        Text(
            "브로커가 메시지 {messages}개를 버렸습니다.", "The broker dropped {messages} messages."
        ),
        Text(
            "빠진 번호는 공백으로 표시되고, 그 시간이 든 이용내역서는 담당자의 결정을 기다립니다.",
            "Missing numbers are marked as gaps, and statements of that time wait for a decision.",
        ),
        Text(
            "수신이나 데이터베이스가 오래 멈춰 있었는지 확인하고, 그 시간의 이용내역서를 살펴보세요.",
            "Find out what stood still for long, reception or database, "
            "and look at the statements of that time.",
        ),
    ),
    "gaps": CheckText(
        Text("메시지의 연속성", "Sequences of messages"),
        Text(
            "연결 {gaps}곳에서 빠진 메시지가 있습니다.",
            "Messages are missing in the sequences of {gaps} connections.",
        ),
        Text(
            "늦게 도착하면 자동으로 채워집니다. 남은 공백은 이용내역서에 표시됩니다.",
            "What arrives late fills the gap. What stays missing is marked on the statement.",
        ),
        Text(
            "장비의 게이트웨이 전원과 네트워크를 확인하고, 이용내역서 승인 때 공백을 살펴보세요.",
            "Look at the gateways' power and network, and at the gaps before you approve "
            "statements.",
        ),
    ),
    "quarantine": CheckText(
        Text("읽지 못한 메시지", "Messages that were not understood"),
        Text(
            "지난 하루 동안 {causes}가지 원인으로 읽지 못한 메시지가 있습니다.",
            "Messages were set aside for {causes} causes within the last day.",
        ),
        Text(
            "원인별로 보관되어 있으며, 설정을 고친 뒤 다시 읽을 수 있습니다.",
            "They are kept by cause and can be read again.",
        ),
        Text(
            "‘할 일’에서 원인을 보고 장비 연결을 고친 다음 ‘다시 읽기’를 누르세요.",
            "See the causes under “To do”, put the device's binding right, and read them again.",
        ),
    ),
    "metering": CheckText(
        Text("가동 시간 계산", "Derivation of runs"),
        Text(
            "장비 {machines}대의 가동 시간 계산이 {minutes}분째 밀려 있습니다.",
            "{machines} machines have waited to be derived, the longest for {minutes} minutes.",
        ),
        Text(
            "밀린 것부터 차례로 계산합니다. 신호는 그대로 있으며 잃는 것이 없습니다.",
            "They are derived in turn. Their signals are stored, and nothing is lost.",
        ),
        Text(
            "한 시간이 지나도 줄지 않으면 설치 담당자에게 스케줄러의 로그를 보게 하세요.",
            "If the number does not fall within an hour, have the scheduler's log looked at.",
        ),
    ),
    "jobs": CheckText(
        Text("정해진 작업", "Scheduled work"),
        Text("마지막 실행이 실패한 작업: {jobs}", "The last run failed of: {jobs}"),
        Text("1분마다 다시 시도합니다.", "It is tried again every minute."),
        Text(
            "반복되면 설치 담당자에게 이 이름과 함께 알리세요.",
            "If it stays, tell whoever installed Gadong the name that stands here.",
        ),
    ),
    "scheduler": CheckText(
        Text("스케줄러", "The scheduler"),
        Text(
            "스케줄러가 돌지 않습니다. 아래의 다른 점검 결과도 그때의 것입니다.",
            "The scheduler does not run. All other results here are as of then.",
        ),
        Text(
            "다시 시작되면 밀린 작업을 모두 합니다. 예약과 신호 수신은 계속됩니다.",
            "What was missed is done when it runs again. Bookings and reception go on.",
        ),
        Text(
            "설치 담당자에게 gadong-scheduler를 다시 시작하게 하세요.",
            "Have gadong-scheduler started again.",
        ),
    ),
    "mail": CheckText(
        Text("메일 발송", "Mail"),
        Text(
            "메일 {waiting}통이 기다리고({minutes}분째) {failed}통은 보내지 못했습니다.",
            "{waiting} mails wait, the longest for {minutes} minutes; {failed} were given up.",
        ),
        Text(
            "나흘 동안 점점 뜸하게 다시 보냅니다. 알림은 화면에서 볼 수 있습니다.",
            "They are sent again for four days, less and less often. Notices are on the pages too.",
        ),
        Text(
            "메일 서버 주소와 비밀번호(GADONG_SMTP_URL)를 확인하게 하세요.",
            "Have the mail server's address and password (GADONG_SMTP_URL) checked.",
        ),
    ),
    "disk": CheckText(
        Text("디스크", "Disk"),
        Text("디스크가 {percent}% 찼습니다.", "The disk is {percent} % full."),
        Text(
            "95%가 되면 수신을 멈추고 브로커가 메시지를 보관합니다. 자리가 나면 저절로 이어집니다.",
            "At 95 % ingest stops and the broker keeps the messages. It goes on once there "
            "is room.",
        ),
        Text(
            "설치 담당자에게 자리를 만들게 하세요(docs/operate/full-disk.md).",
            "Have room made on the disk (docs/operate/full-disk.md).",
        ),
    ),
    "memory": CheckText(
        Text("메모리", "Memory"),
        Text(
            "컴퓨터의 남은 메모리가 {percent}%입니다.",
            "The computer has {percent} % of its memory left.",
        ),
        Text(
            "메모리가 모자라 끝난 프로그램은 다시 시작되며 잃는 것이 없습니다.",
            "A program that ends for lack of memory is started again, and nothing is lost.",
        ),
        Text(
            "이 컴퓨터에서 다른 프로그램을 끝내거나 메모리를 늘리세요.",
            "End other programs on this computer, or give it more memory.",
        ),
    ),
    "backup": CheckText(
        Text("백업", "Backup"),
        Text("마지막 백업이 {hours}시간 전입니다.", "The last backup was {hours} hours ago."),
        Text("매일 밤 다시 시도합니다.", "It is tried again every night."),
        Text(
            "백업 저장 장치가 연결되어 있는지 보고 gadong backup을 실행하게 하세요"
            "(docs/operate/back-up.md).",
            "See whether the backup's storage is connected, and have `gadong backup` run "
            "(docs/operate/back-up.md).",
        ),
    ),
    "trial": CheckText(
        Text("백업 복구 시험", "Trial of the backup"),
        Text(
            "백업을 복구해 확인한 지 {hours}시간이 지났습니다.",
            "The last backup that was restored and verified is {hours} hours old.",
        ),
        Text("매일 밤 다시 시도합니다.", "It is tried again every night."),
        Text(
            "gadong backup --trial을 실행하고 그 말을 설치 담당자에게 전하세요.",
            "Have `gadong backup --trial` run, and what it says looked at.",
        ),
    ),
    "archive": CheckText(
        Text("지난달 보관 파일", "Archive of closed months"),
        Text(
            "파일로 옮겨야 할 지난달 {months}개가 아직 데이터베이스에 있습니다.",
            "{months} closed months that belong in files still lie in the database.",
        ),
        Text(
            "매일 밤 다시 시도합니다. 파일이 백업되고 그 달의 이용내역서가 모두 확정된 뒤에 옮깁니다.",
            "It is tried again every night. A month leaves once its files are backed up and no "
            "statement of then is open.",
        ),
        Text(
            "열려 있는 오래된 이용내역서를 확정하고, 백업과 디스크를 확인하세요"
            "(docs/operate/archive.md).",
            "Settle old statements that are open, and look at backup and disk "
            "(docs/operate/archive.md).",
        ),
    ),
    "certificate": CheckText(
        Text("인증서", "Certificates"),
        Text(
            "인증서 {file}의 남은 기간이 {days}일입니다.",
            "The certificate {file} has {days} days left.",
        ),
        Text("끝날 때까지는 그대로 작동합니다.", "Until it ends everything works."),
        Text(
            "끝나기 전에 새로 만들게 하세요(docs/operate/certificate.md).",
            "Have a new one made before it ends (docs/operate/certificate.md).",
        ),
    ),
    "clock": CheckText(
        Text("시계", "Clock"),
        Text(
            "데이터베이스의 시계가 {seconds}초 바뀌었습니다.",
            "The database's clock was set by {seconds} seconds.",
        ),
        Text(
            "시계가 1분 동안 그대로 있으면 작업이 이어집니다. 바뀐 기록은 남아 있습니다.",
            "Work goes on once the clock has stood for a minute. The step is on record.",
        ),
        Text(
            "시각 동기화(NTP)가 켜져 있는지 확인하고, 그때의 예약과 가동 기록을 살펴보세요"
            "(docs/operate/wrong-clock.md).",
            "See that time synchronisation (NTP) is on, and look at bookings and runs of then "
            "(docs/operate/wrong-clock.md).",
        ),
    ),
}

#: What is wrong where there has been none at all.
NEVER: Mapping[str, Text] = {
    "backup": Text("백업이 아직 한 번도 없습니다.", "There has been no backup yet."),
    "trial": Text(
        "백업을 복구해 확인한 적이 아직 없습니다.", "No backup has been restored for trial yet."
    ),
}


def wrong(check: str, figures: Mapping[str, object], language: str) -> str:
    """Return what is wrong by a check's figures."""
    if check in NEVER and "last" not in figures:
        return NEVER[check].say(language)
    return CHECKS[check].wrong.say(language, figures)
