"""Labels of signals, and reasons why a message was not understood."""

from __future__ import annotations

from collections.abc import Mapping

from api.pages.frame.texts import RESULTS, STATES, Words
from gadong.core.domain.machine_state import State
from gadong.dialects.domain.signal import Channel
from gadong.metering.domain.job import Result

CHANNELS: Mapping[Channel, str] = {
    Channel.LINK: "Connection",
    Channel.POWER: "Power switch",
    Channel.ACTIVITY: "Activity",
    Channel.ACTIVITY_HINT: "Activity (hint)",
    Channel.ALARM: "Alarm",
    Channel.CONDITION: "Condition",
    Channel.SETUP: "Set-up",
    Channel.POWER_WATTS: "Power (W)",
    Channel.ENERGY_WH: "Energy (Wh)",
    Channel.RUN_SECONDS: "Operating time (s)",
    Channel.PARTS: "Parts",
    Channel.FILAMENT_MM: "Filament (mm)",
    Channel.PROGRESS: "Progress (%)",
    Channel.REMAINING_SECONDS: "Time left (s)",
    Channel.JOB: "Job begun",
    Channel.JOB_RESULT: "Job ended",
    Channel.INTERLOCK: "Interlock",
    Channel.TEMPERATURE: "Temperature (°C)",
    Channel.MEASUREMENT: "Measurement",
}
#: Labels of the normalised values; a job's name is its maker's and has no label.
SAID: Mapping[str, str] = {
    "up": "connected",
    "down": "away",
    "on": "on",
    "off": "off",
    "fault": "fault",
    "warning": "warning",
    "none": "none",
    "enabled": "may be started",
    "inhibited": "may not be started",
    "refused": "refused",
}
STATEFUL = (Channel.ACTIVITY, Channel.ACTIVITY_HINT)
REASONS: Mapping[str, str] = {
    "no_source": "Nothing is bound to its topic.",
    "unknown_topic": "The format has no such topic: is it another format, or another base?",
    "unknown_value": "A value is none that the format knows.",
    "unknown_state": "A state is none that the format knows.",
    "before_counting": "It speaks of time before the device's words count.",
    "unknown_version": "It is of a version that is not read yet.",
    "not_a_number": "What should be a number is none.",
    "not_an_object": "What should be an object is none.",
    "not_a_time": "What should be a time is none.",
    "not_text": "Its text is written in no known encoding.",
    "not_json": "It is not JSON: is it another format?",
    "not_mtconnect": "It is not MTConnect: is it another format?",
    "not_sparkplug": "It is not Sparkplug B: is it another format?",
    "no_value": "A value that the format needs is missing.",
    "nothing_known": "It says nothing that is known.",
    "too_many_values": "It says more at once than any machine does.",
    "too_deep": "Its lists lie too deep in each other.",
    "too_large": "It is larger than any machine's message.",
    "number_out_of_range": "A number is larger than any shop's.",
    "time_out_of_range": "Its time is none that is possible.",
    "bad_sequence": "Its own count is none.",
    "bad_option": "The options do not fit the message.",
    "before_birth": "The device has not yet said what its values are; it was asked to.",
    "too_many_causes": "So much else of this device was not understood that causes are no longer "
    "told apart.",
}


def said(words: Words, channel: Channel, value: str | float) -> str:
    """Return a signal's value with its label."""
    if not isinstance(value, str):
        return words.number(value)
    if channel in STATEFUL:
        mark, name = STATES[State(value)]
        return f"{mark} {words.say(name)}"
    if channel is Channel.JOB_RESULT:
        return words.say(RESULTS[Result(value)])
    return value if channel is Channel.JOB else words.say(SAID.get(value, value))


def named(words: Words, channel: Channel, part: str) -> str:
    """Return the label of a signal's channel and part."""
    return words.say(CHANNELS[channel]) + (f" · {part}" if part else "")


def trouble(words: Words, reason: str) -> str:
    """Return the reason why a message was not understood.

    A reason without a label is a fault of ours or of an option.
    """
    return words.say(REASONS.get(reason, "It could not be read."))
