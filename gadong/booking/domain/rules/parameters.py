"""The parameters of booking: their names, units, bounds and defaults.

The origin of the defaults: docs/reference/peers.md#booking-rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gadong.booking.domain.rules.parameter import Parameter, Unit
from gadong.booking.domain.seating import MAX_SEATS
from gadong.people.domain.company_profile import MOST as MAX_WORKERS

PRINTER, ROOM, CMM, MACHINING = "3d-printer", "room", "cmm", "machining-centre"
YEAR = 525_600
MONTH = 44_640

_PARAMETERS = (
    Parameter(name="step_minutes", unit=Unit.MINUTES, default=30, least=1, most=1440),
    Parameter(
        name="shortest_minutes",
        unit=Unit.MINUTES,
        default=30,
        of_kind={CMM: 60, MACHINING: 60},
        least=1,
        most=MONTH,
    ),
    Parameter(
        name="longest_minutes",
        unit=Unit.MINUTES,
        default=480,
        of_kind={PRINTER: 4320, ROOM: 240},
        least=1,
        most=MONTH,
    ),
    Parameter(name="horizon_days", unit=Unit.DAYS, default=30, of_kind={ROOM: 60}, most=730),
    Parameter(name="notice_minutes", unit=Unit.MINUTES, default=60, of_kind={ROOM: 0}, most=YEAR),
    Parameter(
        name="move_notice_minutes", unit=Unit.MINUTES, default=60, of_kind={ROOM: 0}, most=YEAR
    ),
    Parameter(name="free_cancellation_minutes", unit=Unit.MINUTES, default=1440, most=YEAR),
    # Null: the centre's own hours.
    Parameter(name="opening_hours", unit=Unit.WINDOWS, default=None, may_be_off=True),
    # A centre made before this parameter has `open` from its migration (0064).
    Parameter(name="holidays", unit=Unit.WORD, default="closed", choices=("closed", "open", "own")),
    Parameter(name="holiday_hours", unit=Unit.WINDOWS, default=None, may_be_off=True),
    Parameter(name="may_run_past_close", unit=Unit.FLAG, default=False, of_kind={PRINTER: True}),
    Parameter(
        name="overnight",
        unit=Unit.WINDOW,
        default=None,
        of_kind={PRINTER: {"since": "18:00", "until": "09:00"}},
        may_be_off=True,
    ),
    Parameter(name="day_bookings", unit=Unit.COUNT, default=2, may_be_off=True, most=100),
    Parameter(name="ahead_bookings", unit=Unit.COUNT, default=5, may_be_off=True, most=1000),
    Parameter(
        name="ahead_minutes",
        unit=Unit.MINUTES,
        default=2400,
        of_kind={PRINTER: 8640, ROOM: 960},
        may_be_off=True,
        most=YEAR,
    ),
    Parameter(
        name="day_minutes",
        unit=Unit.MINUTES,
        default=480,
        of_kind={PRINTER: None, ROOM: 240},
        may_be_off=True,
        most=1440,
    ),
    Parameter(
        name="week_minutes",
        unit=Unit.MINUTES,
        default=1440,
        of_kind={PRINTER: 5760, ROOM: 720},
        may_be_off=True,
        most=10_080,
    ),
    # Public practice: four bookings a month, two days in a row.
    Parameter(
        name="month_bookings", unit=Unit.COUNT, default=None, may_be_off=True, least=1, most=1000
    ),
    Parameter(
        name="month_minutes",
        unit=Unit.MINUTES,
        default=None,
        may_be_off=True,
        least=1,
        most=MONTH * 50,
    ),
    Parameter(
        name="company_month_bookings",
        unit=Unit.COUNT,
        default=None,
        may_be_off=True,
        least=1,
        most=10_000,
    ),
    Parameter(
        name="company_month_minutes",
        unit=Unit.MINUTES,
        default=None,
        may_be_off=True,
        most=MONTH * 50,
    ),
    Parameter(name="days_in_row", unit=Unit.COUNT, default=None, may_be_off=True, least=1, most=31),
    Parameter(
        name="company_days_in_row",
        unit=Unit.COUNT,
        default=None,
        may_be_off=True,
        least=1,
        most=31,
    ),
    Parameter(name="quota_scope", unit=Unit.WORD, default="machine", choices=("machine", "kind")),
    Parameter(name="gap_minutes", unit=Unit.MINUTES, default=0, most=10_080),
    Parameter(name="setup_minutes", unit=Unit.MINUTES, default=0, most=1440),
    Parameter(
        name="teardown_minutes",
        unit=Unit.MINUTES,
        default=15,
        of_kind={PRINTER: 30, ROOM: 10},
        most=1440,
    ),
    Parameter(name="quota_exempt", unit=Unit.WINDOWS, default=[]),
    Parameter(name="qualification", unit=Unit.CODES, default=None, may_be_off=True),
    Parameter(
        name="qualification_idle_days",
        unit=Unit.DAYS,
        default=365,
        may_be_off=True,
        least=1,
        most=3650,
    ),
    Parameter(
        name="qualification_unused_days",
        unit=Unit.DAYS,
        default=180,
        may_be_off=True,
        least=1,
        most=3650,
    ),
    # Public practice: evenings only after a training and a talk.
    Parameter(name="hour_rules", unit=Unit.HOUR_RULES, default=[]),
    # Public practice: equipment is opened by class of user.
    Parameter(name="eligible_districts", unit=Unit.AREAS, default=None, may_be_off=True),
    Parameter(name="eligible_sectors", unit=Unit.SECTORS, default=None, may_be_off=True),
    # 소공인 have fewer than ten regular workers.
    Parameter(
        name="eligible_workers",
        unit=Unit.COUNT,
        default=None,
        may_be_off=True,
        most=MAX_WORKERS,
    ),
    Parameter(name="terms", unit=Unit.WORD, default=None, may_be_off=True),
    Parameter(
        name="approval",
        unit=Unit.WORD,
        default="qualified",
        of_kind={ROOM: "auto"},
        choices=("auto", "qualified", "manual"),
    ),
    Parameter(name="approval_timeout_hours", unit=Unit.HOURS, default=48, least=1, most=720),
    Parameter(name="competing_requests", unit=Unit.FLAG, default=False),
    # Null: all of a room's seats, so that one booking may have the whole room.
    Parameter(
        name="most_seats", unit=Unit.COUNT, default=None, may_be_off=True, least=1, most=MAX_SEATS
    ),
    Parameter(name="linked", unit=Unit.SLUGS, default=[]),
    Parameter(name="questions", unit=Unit.QUESTIONS, default=[]),
    Parameter(name="usage_modes", unit=Unit.MODES, default=["self"]),
    Parameter(name="transfer", unit=Unit.FLAG, default=True),
    Parameter(name="drop_alone", unit=Unit.FLAG, default=False),
    Parameter(name="needs_booking", unit=Unit.FLAG, default=True),
    Parameter(name="early_grace_minutes", unit=Unit.MINUTES, default=15, most=240),
    Parameter(name="no_show_after_minutes", unit=Unit.MINUTES, default=15, least=1, most=1440),
    Parameter(name="release_least_minutes", unit=Unit.MINUTES, default=30, most=MONTH),
    Parameter(name="releases_early_finish", unit=Unit.FLAG, default=True),
    Parameter(
        name="overrun_grace_minutes", unit=Unit.MINUTES, default=10, of_kind={ROOM: 5}, most=1440
    ),
    Parameter(
        name="forgotten_minutes",
        unit=Unit.MINUTES,
        default=15,
        of_kind={ROOM: 5},
        least=1,
        most=1440,
    ),
    Parameter(
        name="waiting_list",
        unit=Unit.WORD,
        default="hybrid",
        of_kind={ROOM: "off"},
        choices=("off", "hybrid", "only"),
    ),
    Parameter(name="offer_minutes", unit=Unit.MINUTES, default=15, least=1, most=1440),
    # The hours in which messages may be sent to people by Korean law on advertising (08:00 to
    # 21:00).
    Parameter(
        name="offer_hours",
        unit=Unit.WINDOW,
        default={"since": "08:00", "until": "21:00"},
        may_be_off=True,
    ),
    # Public centres take applications from the 20th to the 25th.
    Parameter(name="application_days", unit=Unit.MONTH_DAYS, default=None, may_be_off=True),
    Parameter(name="application_order", unit=Unit.ORDER, default=["rank", "fewest_minutes", "lot"]),
    Parameter(name="application_rank", unit=Unit.COUNT, default=100, most=1000),
    # Three points in 90 days stop booking for 30: a no-show is one, a late cancellation half of
    # one.
    Parameter(name="strikes", unit=Unit.COUNT, default=3, may_be_off=True, least=1, most=100),
    Parameter(name="strike_days", unit=Unit.DAYS, default=90, least=1, most=3650),
    Parameter(name="stop_days", unit=Unit.DAYS, default=30, least=1, most=3650),
    # Read at a centre's level: an issued statement's term, and how long a late one is borne.
    Parameter(name="payment_days", unit=Unit.DAYS, default=14, most=365),
    Parameter(name="overdue_warn_days", unit=Unit.DAYS, default=30, least=1, most=365),
    Parameter(
        name="overdue_again_days",
        unit=Unit.DAYS,
        default=None,
        may_be_off=True,
        least=1,
        most=3650,
    ),
    Parameter(
        name="overdue_stop_days", unit=Unit.DAYS, default=90, may_be_off=True, least=1, most=3650
    ),
    # An increase is claimed for so long after the issue; a decrease is always granted
    # (docs/reference/billing.md#after-issue).
    Parameter(name="rebill_days", unit=Unit.DAYS, default=60, may_be_off=True, most=3650),
    # The minimum covers drafts that are made late, after a downtime
    # (docs/reference/billing.md#retention).
    Parameter(
        name="signal_days", unit=Unit.DAYS, default=730, may_be_off=True, least=93, most=3650
    ),
    # The share of their standard time that a centre's machines are to run, shown beside what they
    # ran.
    Parameter(
        name="utilisation_target_pct",
        unit=Unit.COUNT,
        default=None,
        may_be_off=True,
        least=1,
        most=100,
    ),
    Parameter(name="join_gap_minutes", unit=Unit.MINUTES, default=10, most=1440),
    Parameter(
        name="longest_presence_minutes", unit=Unit.MINUTES, default=720, least=1, most=10_080
    ),
)

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({p.name: p for p in _PARAMETERS})
