"""Sentences for refusals of bookings: the broken rule and the next step."""

from __future__ import annotations

from collections.abc import Mapping

#: code → (Korean, English). {limit} and {actual} are the rule's figures.
BOOKING_PROBLEMS: Mapping[str, tuple[str, str]] = {
    "booking.in_the_past": (
        "이미 지난 시각입니다. 지금 이후의 시간을 고르세요.",
        "This time has passed. Choose one from now on.",
    ),
    "booking.begun": (
        "이미 시작된 예약입니다. 취소 대신 사용을 종료하세요. 그 밖의 일은 센터에 문의하세요.",
        "This booking has begun. Check out to end it instead, or ask the centre.",
    ),
    "booking.extension": (
        "이 장비의 연장은 담당자 승인이 필요하며, 이미 시작된 예약은 직접 연장할 수 없습니다. 센터에 연락하세요.",
        "Extending here needs a manager's approval, and this booking has begun. Call the centre.",
    ),
    "booking.ended": (
        "이미 끝난 예약은 바꿀 수 없습니다. 바로잡을 것이 있으면 센터에 문의하세요.",
        "This booking has ended and is no longer changed. Ask the centre to correct it.",
    ),
    "booking.notice": (
        "시작 {limit} 전까지 예약해야 합니다(지금은 {actual} 전). 더 늦은 시간을 고르세요.",
        "Book at least {limit} ahead (this is {actual}). Choose a later time.",
    ),
    "booking.horizon": (
        "{until}까지 끝나는 예약만 할 수 있습니다(요청은 {ends}까지). 더 이른 시간을 고르세요.",
        "Bookings end by {until} at the latest (this ends {ends}). Choose an earlier time.",
    ),
    "booking.too_short": (
        "최소 {limit}부터 예약할 수 있습니다(요청은 {actual}).",
        "Book at least {limit} (you asked for {actual}).",
    ),
    "booking.too_long": (
        "한 번에 최대 {limit}까지 예약할 수 있습니다(요청은 {actual}). 나누어 예약하세요.",
        "Book at most {limit} at a time (you asked for {actual}). Split the booking.",
    ),
    "booking.closed": (
        "요청한 시간 중 {actual}은 운영시간이 아닙니다.{hours} 운영시간 안에서 고르세요.",
        "{actual} of this lie outside opening hours.{hours} Choose a time inside them.",
    ),
    "booking.unqualified": (
        "이 장비는 '{limit}' 교육 이수가 필요합니다. 센터에 교육을 신청하세요.",
        "This machine needs the training '{limit}'. Ask the centre for it.",
    ),
    "booking.taken": (
        "다른 예약(준비·정리 시간 포함)이 있습니다. 아래의 가까운 빈 시간을 이용하세요.",
        (
            "Another booking (with its turn-round) holds this time. Take one of the nearest free "
            "times below."
        ),
    ),
    "booking.seats": (
        "한 예약으로 잡을 수 있는 자리는 {limit}석까지입니다(요청은 {actual}석). 자리를 줄여 주세요.",
        "One booking takes at most {limit} seats here (this asks for {actual}). Take fewer.",
    ),
    "booking.off_grid": (
        "예약은 {limit} 단위로 시작하고 끝나야 합니다.",
        "Bookings start and end on steps of {limit}. Choose the nearest step.",
    ),
    "booking.move_notice": (
        "시작 {limit} 전까지만 옮길 수 있습니다(지금은 {actual} 전). 센터에 문의하세요.",
        "A booking is moved at least {limit} before it starts (this is {actual}). Ask the centre.",
    ),
    "booking.closure": (
        "요청한 시간 중 {actual}은 휴관 또는 점검 시간입니다({from}부터 {until}까지). 다른 시간을 고르세요.",
        (
            "{actual} of this fall into a closure or maintenance ({from} to {until}). Choose "
            "another time."
        ),
    ),
    "booking.overnight": (
        "야간({limit})은 한 건으로만 예약할 수 있습니다. 밤 전체를 포함하거나 그 전에 끝내세요.",
        "The night ({limit}) is booked whole. Take all of it, or end before it.",
    ),
    "booking.overdue": (
        "미납된 이용내역서의 기한이 {actual}일 지났습니다({limit}일까지 허용). 납부하거나 센터에 문의하세요.",
        (
            "A statement has been unpaid for {actual} days past its day ({limit} are borne). "
            "Pay it, "
            "or ask the centre."
        ),
    ),
    "booking.qualification_lapsed": (
        "'{limit}' 교육 자격이 만료되었습니다({actual}). 센터에 재교육을 신청하세요.",
        "Your training '{limit}' has lapsed ({actual}). Ask the centre to renew it.",
    ),
    "booking.stopped": (
        "{limit}까지 예약이 정지되었습니다. 센터에 문의하세요.",
        "Booking is stopped until {limit}. Ask the centre.",
    ),
    "booking.strikes": (
        "노쇼·지연취소 벌점이 {limit}점에 이르러 {actual}까지 예약할 수 없습니다. 센터에 문의하세요.",
        (
            "{limit} points for missed or late-cancelled bookings stop you until {actual}. Ask "
            "the centre."
        ),
    ),
    "booking.district": (
        "{limit} 소재 기업이 이용하는 장비입니다(귀사 소재지: {actual}). 바뀌었으면 '센터 안내'의 실태조사에 입력하세요.",
        (
            "This machine is kept for firms in {limit} (yours is in {actual}). If you moved, say "
            "so in the survey of firms, under About the centre, or ask the centre."
        ),
    ),
    "booking.sector": (
        "{limit} 업종 기업이 이용하는 장비입니다(귀사 업종: {actual}). 다르면 '센터 안내'의 실태조사에 입력하세요.",
        (
            "This machine is kept for firms of the sector {limit} (yours: {actual}). If that is "
            "wrong, say so in the survey of firms, under About the centre, or ask the centre."
        ),
    ),
    "booking.workers": (
        "상시근로자 {limit}명 이하 기업이 이용하는 장비입니다(귀사 {actual}명). 바뀌었으면 '센터 안내'의 실태조사에 입력하세요.",
        (
            "This machine is kept for firms with at most {limit} regular workers (yours has "
            "{actual}). If that changed, say so in the survey of firms, under About the centre, or "
            "ask the centre."
        ),
    ),
    "booking.profile_unknown": (
        "이용 대상이 정해진 장비인데 귀사의 {limit}이(가) 확인되지 않았습니다. '센터 안내'의 실태조사에 입력하세요.",
        (
            "This machine is kept for some firms, and of yours this is not known: {limit}. Enter "
            "it in the survey of firms, under About the centre, or ask the centre."
        ),
    ),
    "booking.terms": (
        "서약서·이용약관 {limit}에 먼저 동의하세요. 예약 화면이나 '서약서' 화면에서 읽고 동의할 수 있습니다.",
        "Accept the terms {limit} first: on the booking form, or on the page of pledges.",
    ),
    "booking.person": (
        "이 예약을 이용할 업체의 담당자를 선택하거나, 계정이 없으면 이름을 적어 주세요.",
        (
            "Choose the person of the company who is to use it, or write their name if they have "
            "no login."
        ),
    ),
    "booking.person_left": (
        "예약한 사람이 이 업체 소속이 아닙니다. 승인을 기다리는 신청은 먼저 동료에게 넘기고, 제안은 거절한 뒤 동료가 다시 신청하세요.",
        (
            "The person is not of this company any more. Hand a request to a colleague first; "
            "decline an offer, and a colleague asks anew."
        ),
    ),
    "booking.group": (
        "함께 예약한 장비는 함께 옮기고 취소합니다. 이 장비만 바꾸려면 센터에 문의하세요.",
        (
            "Machines that were booked together are moved and cancelled together. Ask the "
            "centre to "
            "change this one alone."
        ),
    ),
    "booking.part_begun": (
        "함께 예약한 장비({limit})에서 이미 체크인했습니다. 그 장비에서 먼저 체크아웃하면 나머지를 바꿀 수 있습니다.",
        (
            "Somebody has checked in at {limit}, which was booked together with this. Check out "
            "there first, then change the rest."
        ),
    ),
    "booking.unanswered": (
        "다음 질문에 답해 주세요: {limit}.",
        "Answer what the centre asks: {limit}.",
    ),
    "booking.linked": (
        "함께 쓰는 장비({limit})도 같은 요청에서 예약하세요.",
        "Book what belongs to it in the same request: {limit}.",
    ),
    "booking.usage_mode": (
        "이 장비에서 제공하지 않는 이용 구분({actual})입니다. 제공하는 것: {limit}.",
        "This machine is not offered so ({actual}). Choose one of: {limit}.",
    ),
    "booking.waiting_list_only": (
        "이 장비는 대기 신청으로만 이용합니다. 대기 목록에 등록하세요.",
        "This machine is given out by its waiting list. Join it.",
    ),
    "booking.day_bookings": (
        "하루 {limit}건까지 예약할 수 있습니다(요청까지 {actual}건). 다른 날을 고르세요.",
        "At most {limit} bookings a day (this makes {actual}). Choose another day.",
    ),
    "booking.ahead_bookings": (
        "앞으로의 예약은 {limit}건까지입니다(요청까지 {actual}건). 하나를 이용하거나 취소한 뒤 예약하세요.",
        "At most {limit} bookings to come (this makes {actual}). Use or cancel one first.",
    ),
    "booking.ahead_minutes": (
        "앞으로의 예약 시간은 {limit}까지입니다(요청까지 {actual}). 더 짧게 예약하세요.",
        "At most {limit} of bookings to come (this makes {actual}). Book less.",
    ),
    "booking.day_minutes": (
        "하루 {limit}까지 예약할 수 있습니다(요청까지 {actual}). 더 짧게 하거나 다른 날을 고르세요.",
        "At most {limit} a day (this makes {actual}). Book less, or another day.",
    ),
    "booking.week_minutes": (
        "한 주 {limit}까지 예약할 수 있습니다(요청까지 {actual}). 더 짧게 하거나 다른 주를 고르세요.",
        "At most {limit} a week (this makes {actual}). Book less, or another week.",
    ),
    "booking.month_bookings": (
        "한 달에 {limit}건까지 예약할 수 있습니다({month}에 남은 것은 {left}건).{again} 다른 달을 고르세요.",
        (
            "At most {limit} bookings a month ({left} left in {month}).{again} Choose another "
            "month, or cancel one."
        ),
    ),
    "booking.month_minutes": (
        "한 달에 {limit}까지 예약할 수 있습니다({month}에 남은 것은 {left}).{again} 더 짧게 하거나 다른 달을 고르세요.",
        ("At most {limit} a month ({left} left in {month}).{again} Book less, or another month."),
    ),
    "booking.company_month_bookings": (
        "회사는 한 달에 {limit}건까지 예약할 수 있습니다({month}에 남은 것은 {left}건).{again} 다른 달을 고르거나 센터에 문의하세요.",
        (
            "At most {limit} bookings a month for your company ({left} left in {month}).{again} "
            "Choose another month, or ask the centre."
        ),
    ),
    "booking.company_month_minutes": (
        "회사의 한 달 이용은 {limit}까지입니다({month}에 남은 것은 {left}).{again} 더 짧게 하거나 센터에 문의하세요.",
        (
            "At most {limit} a month for your company ({left} left in {month}).{again} Book "
            "less, or ask the centre."
        ),
    ),
    "booking.days_in_row": (
        "연속 {limit}일까지 예약할 수 있습니다(요청까지 {actual}일, 남은 것은 {left}일).{again} 하루 이상 띄워 고르세요.",
        (
            "At most {limit} days in a row (this makes {actual}, {left} left).{again} Leave a "
            "day between."
        ),
    ),
    "booking.company_days_in_row": (
        "회사는 연속 {limit}일까지 예약할 수 있습니다(요청까지 {actual}일, 남은 것은 {left}일).{again} 하루 이상 띄워 고르세요.",
        (
            "At most {limit} days in a row for your company (this makes {actual}, {left} left)."
            "{again} Leave a day between."
        ),
    ),
    "booking.gap": (
        "같은 장비의 예약 사이는 {limit} 이상 띄워야 합니다(지금은 {actual}).",
        "Leave {limit} between your bookings of one machine (this leaves {actual}).",
    ),
    "booking.retired": (
        "더 이상 운영하지 않는 장비입니다. 다른 장비를 고르세요.",
        "This machine is no longer in service. Choose another.",
    ),
    "booking.shares_fixed": (
        "비용 분담은 예약이 시작되거나 취소되기 전까지만 정할 수 있습니다. 이미 정해진 몫은 바뀌지 않습니다.",
        "A cost is shared until the booking starts or is cancelled. The parts are fixed now.",
    ),
    "booking.shares_companies": (
        "비용을 나눌 다른 기업을 1곳에서 {limit}곳까지, 한 번씩만 적어 주세요.",
        "Name between one and {limit} other companies, each of them once.",
    ),
    "booking.shares_own": (
        "예약한 기업은 자신의 몫을 따로 적습니다. 다른 기업을 적어 주세요.",
        "The company that booked has its own part. Name other companies.",
    ),
    "booking.share_of_others": (
        "이 예약의 비용에는 이 기업에 요청된 몫이 없습니다. 요청받은 기업이 직접 답합니다.",
        "Your company is asked for no share here. Each company that is asked answers for itself.",
    ),
    "booking.share_state": (
        "지금 상태에서는 그렇게 답할 수 없습니다. 예약이 바뀌었다면 다시 요청해 달라고 하세요.",
        "This answer does not fit the share now. If the booking changed, ask to be asked again.",
    ),
    "booking.shares_extended": (
        "여러 기업이 비용을 나누는 예약은 시작한 뒤에 연장하거나 옮길 수 없습니다. 이어서 쓰려면 새로 예약하세요.",
        "A booking whose cost is shared is not extended or moved once it began. Book anew.",
    ),
}
