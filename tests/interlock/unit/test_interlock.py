"""The switching of interlocks: every obstacle alone; and the devices' commands and answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gadong.core.domain.ids import BookingId, CentreId, MachineId, PersonId, SourceId
from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats import DIALECTS
from gadong.dialects.domain.formats.reading import NotUnderstood, Order
from gadong.dialects.domain.interlock_state import (
    Command,
    Failing,
    Hold,
    Interlock,
    InterlockFacts,
    Latch,
    MachineStatus,
    Means,
    Outcome,
    RunRight,
    Said,
)
from gadong.interlock.domain.switching_rules import FRESH, alarm, decide, outcome_of

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=3)
LOCK = Interlock(
    machine_id=MachineId(UUID(int=1)),
    centre_id=CentreId(UUID(int=2)),
    source_id=SourceId(UUID(int=3)),
    set_at=LONG_AGO,
)
CHECKED_IN = RunRight(booking_id=BookingId(UUID(int=4)), since=NOW - timedelta(seconds=5))
STILL = MachineStatus(state=State.IDLE, since=LONG_AGO, heard_at=NOW - timedelta(seconds=10))
MANAGER = PersonId(UUID(int=5))


def seen(
    stands: Latch | None,
    right: RunRight,
    *,
    means: Means = Means.CONTACT,
    standing: MachineStatus = STILL,
    **more: Any,
) -> InterlockFacts:
    """A device that stands so and said it a moment ago, and a machine that rests."""
    said = Said(latch=stands, at=NOW - timedelta(seconds=5), is_up=True)
    return InterlockFacts(
        means=means, said=more.pop("said", said), standing=standing, right=right, **more
    )


def command(latch: Latch, seconds_ago: float, outcome: Outcome | None) -> Command:
    """An order that was given."""
    issued = NOW - timedelta(seconds=seconds_ago)
    return Command(
        id=UUID(int=9),
        machine_id=LOCK.machine_id,
        centre_id=LOCK.centre_id,
        source_id=LOCK.source_id,
        wanted=latch,
        why="checked_in",
        seen={},
        issued_at=issued,
        expires_at=issued + timedelta(seconds=10),
        outcome=outcome,
        settled_at=issued + timedelta(seconds=1) if outcome else None,
    )


TO_ENABLE = seen(Latch.INHIBITED, CHECKED_IN)
TO_INHIBIT = seen(Latch.ENABLED, RunRight())


def codes(found: InterlockFacts, lock: Interlock = LOCK) -> set[str]:
    """Return the codes of the obstacles."""
    return {p.code for p in decide(lock, found, now=NOW).obstacles}


def test_who_checks_in_is_enabled_and_a_machine_nobody_has_is_inhibited() -> None:
    enabling, inhibiting = decide(LOCK, TO_ENABLE, now=NOW), decide(LOCK, TO_INHIBIT, now=NOW)
    assert (enabling.wanted, enabling.why, enabling.may_command) == (
        Latch.ENABLED,
        "checked_in",
        True,
    )
    assert (inhibiting.wanted, inhibiting.why) == (Latch.INHIBITED, "nobody_checked_in")
    assert inhibiting.may_command


def test_a_machine_that_needs_no_booking_is_enabled_for_all() -> None:
    verdict = decide(LOCK, seen(Latch.INHIBITED, RunRight(needs_booking=False)), now=NOW)
    assert (verdict.wanted, verdict.why, verdict.may_command) == (
        Latch.ENABLED,
        "open_to_all",
        True,
    )


def test_what_stands_as_it_should_is_left_alone() -> None:
    assert decide(LOCK, seen(Latch.ENABLED, CHECKED_IN), now=NOW).wanted is None
    assert decide(LOCK, seen(Latch.INHIBITED, RunRight()), now=NOW).wanted is None


@pytest.mark.parametrize("found", [TO_ENABLE, TO_INHIBIT], ids=["to enable", "to inhibit"])
@pytest.mark.parametrize(
    ("code", "change"),
    [
        *(
            ("interlock.busy", {"standing": {"state": state}})
            for state in (State.RUNNING, State.PAUSED, State.SETUP, State.FAULT)
        ),
        ("interlock.unobserved", {"standing": {"state": State.UNKNOWN}}),
        ("interlock.stale", {"standing": {"heard_at": None}}),
        ("interlock.stale", {"standing": {"heard_at": NOW - FRESH - timedelta(seconds=1)}}),
        ("interlock.cooling", {"standing": {"hottest": 60.5}}),
        ("interlock.device_silent", {"said": {"is_up": False}}),
        ("interlock.device_silent", {"said": {"at": NOW - FRESH - timedelta(seconds=1)}}),
    ],
)
def test_no_doubtful_machine_is_switched_in_either_direction(
    found: InterlockFacts, code: str, change: dict[str, dict[str, Any]]
) -> None:
    parts = {name: replace(getattr(found, name), **values) for name, values in change.items()}
    assert codes(found) == set()
    assert codes(replace(found, **parts)) == {code}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("interlock.booked", {"booked": True}),
        ("interlock.too_soon", {"since": NOW - timedelta(minutes=4)}),
        ("interlock.too_soon", {"since": None}),
        ("interlock.draws_power", {"peak_watts": 80.0, "idle_watts": 80.0}),
    ],
)
def test_nobody_loses_a_machine_that_is_theirs_or_was_just_used(
    code: str, change: dict[str, Any]
) -> None:
    assert codes(replace(TO_INHIBIT, standing=replace(STILL, **change))) == {code}
    assert codes(replace(TO_ENABLE, standing=replace(STILL, **change))) == set()


def test_a_device_that_never_said_where_it_stands_is_told_nothing() -> None:
    assert "interlock.device_silent" in codes(seen(None, CHECKED_IN, said=Said()))


def test_a_supply_is_not_cut_that_another_machine_needs() -> None:
    mains = replace(TO_INHIBIT, means=Means.MAINS)
    works = replace(STILL, state=State.RUNNING)
    for other in (works, replace(STILL, booked=True), replace(STILL, heard_at=None)):
        assert codes(replace(mains, neighbours={"laser": other})) == {"interlock.circuit"}
    assert codes(replace(mains, neighbours={"laser": STILL})) == set()


def test_a_machine_known_to_have_no_supply_may_get_it_back_though_its_own_devices_are_dark() -> (
    None
):
    dark = replace(STILL, state=State.UNKNOWN, heard_at=None, hottest=90.0)
    assert codes(replace(TO_ENABLE, means=Means.MAINS, standing=dark)) == set()
    assert "interlock.unobserved" in codes(replace(TO_ENABLE, standing=dark))
    # A meter that says otherwise is believed: then nothing is known.
    drawing = replace(dark, peak_watts=200.0, idle_watts=50.0)
    assert "interlock.unobserved" in codes(replace(TO_ENABLE, means=Means.MAINS, standing=drawing))


def test_a_hold_goes_before_the_rules_but_not_before_safety() -> None:
    alone = Hold(latch=None, reason="점검", by=MANAGER, at=NOW)
    assert decide(LOCK, replace(TO_INHIBIT, hold=alone), now=NOW).wanted is None
    shut = replace(alone, latch=Latch.INHIBITED)
    assert (
        decide(LOCK, seen(Latch.ENABLED, CHECKED_IN, hold=shut), now=NOW).wanted is Latch.INHIBITED
    )
    busy = replace(STILL, state=State.RUNNING)
    assert "interlock.busy" in codes(seen(Latch.ENABLED, CHECKED_IN, hold=shut, standing=busy))


def test_an_order_is_given_three_times_and_then_a_person_is_called() -> None:
    silent = [command(Latch.ENABLED, s, Outcome.SILENT) for s in (20, 40, 60)]
    assert codes(replace(TO_ENABLE, commands=silent[:2])) == set()
    assert codes(replace(TO_ENABLE, commands=silent)) == {"interlock.gave_up"}
    verdict = decide(LOCK, replace(TO_ENABLE, commands=silent), now=NOW)
    given = replace(TO_ENABLE, commands=silent)
    assert alarm(LOCK, given, verdict, watts_after=None, now=NOW) == "failed"
    # A device that comes back, or a manager's new word, begins anew.
    back = replace(given.said, back_at=NOW - timedelta(seconds=10))
    assert codes(replace(given, said=back)) == set()
    hold = Hold(latch=Latch.ENABLED, reason="다시", by=MANAGER, at=NOW - timedelta(seconds=10))
    assert codes(replace(given, hold=hold)) == set()


def test_somebody_who_switches_it_by_hand_is_not_fought() -> None:
    undone = [command(Latch.INHIBITED, s, Outcome.CONFIRMED) for s in (600, 1200, 1800)]
    assert codes(replace(TO_INHIBIT, commands=undone)) == {"interlock.gave_up"}
    older = [command(Latch.INHIBITED, s + 3600, Outcome.CONFIRMED) for s in (600, 1200, 1800)]
    assert codes(replace(TO_INHIBIT, commands=older)) == set()


def test_one_order_at_a_time() -> None:
    assert codes(replace(TO_ENABLE, commands=[command(Latch.ENABLED, 5, None)])) == {
        "interlock.waiting"
    }


@pytest.mark.parametrize(
    ("said", "after", "outcome"),
    [
        (Said(latch=Latch.ENABLED, at=NOW), 1, Outcome.CONFIRMED),
        (Said(latch=Latch.INHIBITED, at=NOW), 1, None),  # the old state may come first
        (Said(latch=Latch.INHIBITED, at=NOW), 11, Outcome.CONTRADICTED),
        (Said(latch=Latch.INHIBITED, at=LONG_AGO), 11, Outcome.SILENT),
        (Said(latch=Latch.ENABLED, at=LONG_AGO), 1, None),  # said before the order: no answer to it
        (Said(latch=Latch.INHIBITED, at=LONG_AGO, refused_at=NOW), 1, Outcome.REFUSED),
    ],
)
def test_only_what_is_read_back_is_believed(
    said: Said, after: float, outcome: Outcome | None
) -> None:
    given = command(Latch.ENABLED, 0, None)
    assert outcome_of(given, said, now=NOW + timedelta(seconds=after)) is outcome


def test_a_machine_that_runs_although_it_is_inhibited_is_told_of() -> None:
    shut = replace(
        seen(Latch.INHIBITED, RunRight()),
        commands=[command(Latch.INHIBITED, 600, Outcome.CONFIRMED)],
    )
    runs = replace(
        shut, standing=replace(STILL, state=State.RUNNING, since=NOW - timedelta(minutes=1))
    )

    def told(found: InterlockFacts, watts: float | None = None) -> str | None:
        return alarm(LOCK, found, decide(LOCK, found, now=NOW), watts_after=watts, now=NOW)

    assert (told(shut), told(runs)) == (None, "defied")
    # A job that ran on from before, behind a contact that only allows starts, is none.
    before = replace(shut, standing=replace(STILL, state=State.RUNNING, since=LONG_AGO))
    assert told(before) is None
    meters = replace(shut, means=Means.MAINS, standing=replace(STILL, idle_watts=50.0))
    assert (told(meters, 2.0), told(meters, 60.0)) == (None, "defied")


def test_who_waits_at_a_machine_for_a_minute_is_helped() -> None:
    def told(seconds: int) -> str | None:
        waits = replace(CHECKED_IN, since=NOW - timedelta(seconds=seconds))
        found = seen(Latch.INHIBITED, waits, standing=replace(STILL, state=State.UNKNOWN))
        return alarm(LOCK, found, decide(LOCK, found, now=NOW), watts_after=None, now=NOW)

    assert (told(30), told(60)) == (None, "blocked")


@pytest.mark.parametrize(
    ("fails", "power_up", "timer", "is_told"),
    [
        (Failing.OPEN, "last", False, False),
        (Failing.OPEN, "on", False, False),
        (Failing.OPEN, "off", False, True),
        (Failing.CLOSED, "off", False, False),
        (Failing.CLOSED, "on", False, True),
        (Failing.CLOSED, "other", None, True),
        (Failing.OPEN, "last", True, True),
        (Failing.OPEN, None, None, False),
    ],
)
def test_a_device_that_would_switch_by_itself_is_told_of(
    fails: Failing, power_up: str | None, timer: bool | None, is_told: bool
) -> None:
    lock = replace(LOCK, fails=fails)
    found = seen(Latch.INHIBITED, RunRight())
    found = replace(found, said=replace(found.said, power_up=power_up, has_timer=timer))
    told = alarm(lock, found, decide(lock, found, now=NOW), watts_after=None, now=NOW)
    assert told == ("unsafe" if is_told else None)


ages = st.none() | st.integers(0, 200).map(lambda s: NOW - timedelta(seconds=s))
standings = st.builds(
    MachineStatus,
    state=st.sampled_from(State),
    since=ages,
    heard_at=ages,
    peak_watts=st.none() | st.floats(0, 500),
    idle_watts=st.none() | st.just(50.0),
    hottest=st.none() | st.floats(0, 250),
    booked=st.booleans(),
)


@given(
    st.builds(
        InterlockFacts,
        means=st.sampled_from(Means),
        said=st.builds(
            Said, latch=st.none() | st.sampled_from(Latch), at=ages, is_up=st.none() | st.booleans()
        ),
        standing=standings,
        right=st.sampled_from([RunRight(), CHECKED_IN, RunRight(needs_booking=False)]),
        hold=st.none()
        | st.builds(
            Hold,
            latch=st.none() | st.sampled_from(Latch),
            reason=st.just("시험"),
            by=st.just(MANAGER),
            at=st.just(LONG_AGO),
        ),
        neighbours=st.dictionaries(st.sampled_from(["laser"]), standings),
        commands=st.lists(
            st.builds(
                command,
                st.sampled_from(Latch),
                st.floats(0, 7200),
                st.none() | st.sampled_from(Outcome),
            ),
            max_size=4,
        ),
    )
)
def test_whatever_is_seen_nothing_busy_or_unseen_is_switched(found: InterlockFacts) -> None:
    verdict = decide(LOCK, found, now=NOW)
    if not verdict.may_command:
        return
    said, standing = found.said, found.standing
    assert said.at is not None
    assert NOW - said.at <= FRESH
    assert said.is_up is not False
    assert said.latch is not None
    assert said.latch is not verdict.wanted
    if not (found.means is Means.MAINS and said.latch is Latch.INHIBITED):
        assert standing.state in {State.IDLE, State.OFF}
        assert standing.heard_at is not None
        assert NOW - standing.heard_at <= FRESH
        assert standing.hottest is None or standing.hottest <= 60
    if verdict.wanted is Latch.INHIBITED:
        assert not standing.booked


def order(latch: Latch) -> Order:
    """An order to enable or inhibit."""
    return Order(id=UUID(int=7), latch=latch, expires_at=NOW)


def told(dialect: str, options: dict[str, str], latch: Latch) -> tuple[str, Any]:
    """Return the topic and the payload of a device's command."""
    switch = DIALECTS[dialect].switch
    assert switch is not None
    question = switch.command("base", options, order(latch))
    text = question.payload if isinstance(question.payload, str) else question.payload.decode()
    return question.topic, json.loads(text) if text.startswith("{") else text


@pytest.mark.parametrize(
    ("dialect", "options", "topic", "enable", "inhibit"),
    [
        ("tasmota", {}, "cmnd/base/Power1", "ON", "OFF"),
        (
            "tasmota",
            {"relay": "2", "full_topic": "x/%topic%/%prefix%/"},
            "x/base/cmnd/Power2",
            "ON",
            "OFF",
        ),
        ("shelly", {"generation": "1", "channel": "1"}, "base/relay/1/command", "on", "off"),
        ("contact", {"set": "do", "enable": "ON", "inhibit": "OFF"}, "base/do", "ON", "OFF"),
    ],
)
def test_plain_devices_are_set_and_never_toggled(
    dialect: str, options: dict[str, str], topic: str, enable: str, inhibit: str
) -> None:
    assert told(dialect, options, Latch.ENABLED) == (topic, enable)
    assert told(dialect, options, Latch.INHIBITED) == (topic, inhibit)


def test_a_shelly_is_called_without_a_time_after_which_it_switches_back() -> None:
    topic, call = told("shelly", {"channel": "1"}, Latch.INHIBITED)
    assert (topic, call["method"], call["params"]) == (
        "base/rpc",
        "Switch.Set",
        {"id": 1, "on": False},
    )


def test_a_contact_of_our_own_is_told_until_when_the_order_counts() -> None:
    topic, body = told("contact", {}, Latch.ENABLED)
    assert (topic, body["latch"], body["expires"]) == ("base/set", "enabled", NOW.isoformat())


def test_a_klipper_printer_is_told_to_refuse_the_next_print() -> None:
    topic, call = told("moonraker", {}, Latch.INHIBITED)
    assert (topic, call["method"]) == ("base/moonraker/api/request", "printer.gcode.script")
    assert call["params"] == {"script": "GADONG_INTERLOCK ENABLE=0"}


def facts(
    dialect: str, tail: str, payload: str, options: dict[str, str]
) -> set[tuple[str, object, str]]:
    """Return the facts of a message."""
    understood = DIALECTS[dialect].decode(tail, payload.encode(), options)
    return {(f.channel.value, f.value, f.part) for f in understood.facts}


@pytest.mark.parametrize(
    ("dialect", "tail", "payload", "options", "expected"),
    [
        ("tasmota", "RESULT", '{"POWER1":"ON"}', {}, ("power", "on", "")),
        (
            "tasmota",
            "RESULT",
            '{"POWER1":"ON"}',
            {"switches": "contact"},
            ("interlock", "enabled", ""),
        ),
        ("tasmota", "POWER", "OFF", {"switches": "contact"}, ("interlock", "inhibited", "")),
        ("tasmota", "RESULT", '{"Command":"Unknown"}', {}, ("interlock", "refused", "answer")),
        (
            "tasmota",
            "RESULT",
            '{"PulseTime1":{"Set":112,"Remaining":0}}',
            {},
            ("interlock", "set", "timer"),
        ),
        ("tasmota", "RESULT", '{"PulseTime1":"0 (OFF)"}', {}, ("interlock", "none", "timer")),
        (
            "tasmota",
            "STATUS",
            '{"Status":{"PowerOnState":3}}',
            {},
            ("interlock", "last", "power_up"),
        ),
        (
            "tasmota",
            "STATUS",
            '{"Status":{"PowerOnState":4}}',
            {},
            ("interlock", "other", "power_up"),
        ),
        (
            "shelly",
            "status/switch:0",
            '{"id":0,"output":false}',
            {"switches": "contact"},
            ("interlock", "inhibited", ""),
        ),
        (
            "shelly",
            "answers/rpc",
            '{"id":"gadong-1","error":{"code":-103,"message":"no such component"}}',
            {},
            ("interlock", "refused", "answer"),
        ),
        (
            "shelly",
            "answers/rpc",
            (
                '{"id":2,"result":{"id":0,"initial_state":"match_input",'
                '"auto_on":false,"auto_off":true}}'
            ),
            {},
            ("interlock", "set", "timer"),
        ),
        ("shelly", "relay/0", "on", {"switches": "contact"}, ("interlock", "enabled", "")),
        (
            "moonraker",
            "klipper/status",
            '{"eventtime":1.5,"status":{"gcode_macro GADONG_INTERLOCK":{"enabled":0}}}',
            {},
            ("interlock", "inhibited", ""),
        ),
        (
            "moonraker",
            "moonraker/api/response",
            '{"jsonrpc":"2.0","id":"gadong-1","error":{"code":400,"message":"unknown command"}}',
            {},
            ("interlock", "refused", "answer"),
        ),
        ("contact", "state", '{"v":1,"latch":"inhibited"}', {}, ("interlock", "inhibited", "")),
        ("contact", "state", '{"v":1,"latch":"refused"}', {}, ("interlock", "refused", "answer")),
        (
            "contact",
            "state",
            "ON",
            {"enabled": "ON", "inhibited": "OFF"},
            ("interlock", "enabled", ""),
        ),
        (
            "contact",
            "plc",
            '{"out":{"q1":true}}',
            {"state": "plc", "field": "out.q1", "enabled": "true", "inhibited": "false"},
            ("interlock", "enabled", ""),
        ),
        ("contact", "link", "offline", {}, ("link", "down", "")),
    ],
)
def test_what_a_device_says_of_itself(
    dialect: str,
    tail: str,
    payload: str,
    options: dict[str, str],
    expected: tuple[str, object, str],
) -> None:
    assert expected in facts(dialect, tail, payload, options)


def test_another_programs_refused_call_is_no_answer_to_ours() -> None:
    assert facts("shelly", "answers/rpc", '{"id":5,"error":{"code":-1}}', {}) == set()


@pytest.mark.parametrize(
    ("dialect", "options"),
    [
        ("tasmota", {"switches": "both"}),
        ("shelly", {"switches": "no"}),
        ("shelly", {"channel": "one"}),
        ("contact", {"enable": "ON"}),
        ("contact", {"enable": "ON", "inhibit": "ON"}),
        ("contact", {"set": "a/#"}),
        ("contact", {"colour": "red"}),
    ],
)
def test_options_that_cannot_work_are_refused(dialect: str, options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="option"):
        DIALECTS[dialect].check(options)


def test_a_contact_that_says_something_else_is_set_aside() -> None:
    read: Callable[..., object] = DIALECTS["contact"].decode
    for tail, payload in (
        ("state", b'{"latch":"open"}'),
        ("state", b'{"latch":["enabled"]}'),
        ("other", b"x"),
    ):
        with pytest.raises(NotUnderstood):
            read(tail, payload, {})
