"""Values as people and gateways write them: 1,250 W, true and ON, words in any case, and the bits
of a status word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from gadong.core.domain.machine_state import State
from gadong.dialects.domain.formats.payload_values import number
from gadong.dialects.domain.formats.reading import NotUnderstood
from gadong.dialects.domain.signal import Channel

# A word with a unit; a longer text is no number.
LONGEST = 40
#: A sign, digits with dots and commas, an exponent; and a unit behind, which does not go on with
#: more of the number, as 1'250 and 3:45 do.
NUMBER = re.compile(
    r"\s*([-+]?)(\d[\d.,]*|[.,]\d+)((?:[eE][-+]?\d{1,3})?)\s*((?![\W_]\d)[^\d\s].*)?", re.ASCII
)
# The sign that typesetting has for a minus.
MINUS = "\N{MINUS SIGN}"
PARTED = re.compile(r"[,;\r\n\uff0c\uff1b]")
GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
#: Units of a channel, by what they are in its own. Capital letters tell milli from mega, and
#: nothing else.
UNITS: Mapping[Channel, Mapping[str, float]] = {
    Channel.POWER_WATTS: {"W": 1.0, "kW": 1e3, "MW": 1e6, "mW": 1e-3},
    Channel.ENERGY_WH: {
        "Wh": 1.0,
        "kWh": 1e3,
        "MWh": 1e6,
        "J": 1 / 3600,
        "kJ": 1 / 3.6,
        "MJ": 1e3 / 3.6,
    },
    Channel.RUN_SECONDS: {"s": 1.0, "sec": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "hr": 3600.0},
    Channel.REMAINING_SECONDS: {
        "s": 1.0,
        "sec": 1.0,
        "ms": 1e-3,
        "min": 60.0,
        "h": 3600.0,
        "hr": 3600.0,
    },
    Channel.TEMPERATURE: {"°C": 1.0, "℃": 1.0, "C": 1.0},
    Channel.PROGRESS: {"%": 1.0},
    Channel.FILAMENT_MM: {"mm": 1.0, "cm": 10.0, "m": 1e3},
    Channel.PARTS: {"pcs": 1.0, "ea": 1.0, "개": 1.0},
}
#: The same in small letters, but for those that an M begins.
SMALL = {
    channel: {unit.lower(): by for unit, by in units.items() if unit[0] not in "mM"}
    for channel, units in UNITS.items()
}
#: Words by which senders say that they know nothing now.
NOTHING = frozenset({"", "unavailable", "unknown", "none", "null", "nan", "n/a"})
#: Words that devices write for the same: a table that knows one of them is asked for it by any.
SAME = (frozenset({"true", "on", "yes", "1"}), frozenset({"false", "off", "no", "0"}))
# No status word is wider.
WIDEST = 64


def read_number(
    value: object, channel: Channel, *, decimal: str = "", factor: float | None = None
) -> float:
    """Read a number, also one written as text, with a unit behind, or with commas.

    `factor` multiplies it, and then the unit is only a word. `decimal` is the sign before the
    fraction where that cannot be seen. To one reader 1,250 is a thousand, and to the
    other a little more than one.
    """
    unit = ""
    if isinstance(value, str):
        value, unit = _parted(value, decimal)
    if factor is not None:
        return number(number(value, "the value") * factor, "the value")
    return number(number(value, "the value") * _unit(unit, channel), "the value")


def _parted(text: str, decimal: str) -> tuple[float, str]:
    text = text.replace(MINUS, "-")
    found = NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise NotUnderstood("not_a_number", f"the value is {text[:LONGEST]!r}")
    sign, digits, exponent, unit = found.groups()
    try:
        return float(f"{sign}{_digits(digits, decimal)}{exponent}"), (unit or "").strip()
    except ValueError:
        raise NotUnderstood("not_a_number", f"the value is {text[:LONGEST]!r}") from None


def _digits(digits: str, decimal: str) -> str:
    """Return the digits with a dot before their fraction and nothing between thousands."""
    if decimal == ",":
        return digits.replace(".", "").replace(",", ".")
    if decimal == "." or "," not in digits:
        return digits.replace(",", "")
    if digits.rfind(",") < digits.find("."):
        return digits.replace(",", "")  # 1,250.5
    if "." in digits:
        return digits.replace(".", "").replace(",", ".")  # 1.250,5
    if digits.count(",") > 1 and GROUPED.fullmatch(digits):
        return digits.replace(",", "")  # 1,250,000
    if GROUPED.fullmatch(digits):
        raise NotUnderstood("not_a_number", f"{digits} may be read two ways: say option decimal")
    return digits.replace(",", ".")  # 12,5


def _unit(unit: str, channel: Channel) -> float:
    known = UNITS.get(channel)
    if not unit or known is None:
        return 1.0
    by = known.get(unit, SMALL[channel].get(unit.lower()))
    if by is not None:
        return by
    raise NotUnderstood("not_a_number", f"{unit[:20]!r} is no unit of {channel}")


def word_of(value: object) -> str:
    """Write a value for a table of words: in small letters, whole numbers without a fraction."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    word = str(value).strip().lower()
    try:
        plain = float(word)
    except ValueError:
        return word
    return str(int(plain)) if plain.is_integer() and abs(plain) < 1e15 else word


def _pairs(table: str) -> list[str]:
    """Split a table at commas, semicolons and line ends, as people and Korean keyboards write
    them.
    """
    return [pair.strip() for pair in PARTED.split(table) if pair.strip()]


@lru_cache(maxsize=1024)
def states_of(states: str) -> Mapping[str, State]:
    """Read a table of words, as RUN=running,STOP=idle; ValueError for what is no state."""
    table: dict[str, State] = {}
    for pair in _pairs(states):
        said, found, state = pair.rpartition("=")
        state = state.strip().lower()
        if not found or state not in set(State):
            raise ValueError(f"states: {pair!r} is not word=state; states are {', '.join(State)}")
        table.setdefault(word_of(said), State(state))
    return table


def state_of(value: object, states: str) -> State:
    """Look a word up, in any case; a flag is found by any of the words for it."""
    table, word = states_of(states), word_of(value)
    if word in table:
        return table[word]
    for same in SAME:
        if word in same and (known := sorted(same & table.keys())):
            return table[known[0]]
    raise NotUnderstood("unknown_state", f"states does not say what {str(value)[:40]!r} means")


@lru_cache(maxsize=1024)
def bits_of(bits: str) -> tuple[Mapping[int, State], State | None]:
    """Read a table of bits in the order in which they count, as 3=fault,0=running,else=idle.

    ValueError for others.
    """
    table: dict[int, State] = {}
    otherwise: State | None = None
    for pair in _pairs(bits):
        bit, _, state = (part.strip().lower() for part in pair.partition("="))
        is_bit = bit.isascii() and bit.isdecimal() and int(bit) < WIDEST
        if state not in set(State) or not (is_bit or bit == "else"):
            raise ValueError(
                f"bits: {pair!r} is not bit=state or else=state; bits are 0 to {WIDEST - 1}"
            )
        if is_bit:
            table.setdefault(int(bit), State(state))
        else:
            otherwise = State(state)
    return table, otherwise


def is_nothing(value: object, states: str = "") -> bool:
    """Return whether a value says that nothing is known now; a table of words may know better."""
    if value is None:
        return True
    return (
        isinstance(value, str)
        and value.strip().lower() in NOTHING
        and word_of(value) not in states_of(states)
    )


def state_of_bits(value: object, bits: str) -> State:
    """Return the state of the first bit in the table that is set in a status word."""
    whole = whole_number(value)
    table, otherwise = bits_of(bits)
    for bit, state in table.items():
        if whole >> bit & 1:
            return state
    if otherwise is None:
        raise NotUnderstood(
            "unknown_state", f"none of the bits is set in {whole}, and there is no else"
        )
    return otherwise


def mask_of(mask: str | int) -> int:
    """Read a mask, as 0x00F0, 0b11 or 240; ValueError for none."""
    found = mask if isinstance(mask, int) else int(mask, 0)
    if isinstance(mask, bool) or not 0 < found < 1 << WIDEST:
        raise ValueError(f"mask is a number from 1 to {WIDEST} bits")
    return found


def masked(value: object, mask: str | int) -> int:
    """Return the bits of a status word under a mask, moved down to the first."""
    under = mask_of(mask)
    return (whole_number(value) & under) >> ((under & -under).bit_length() - 1)


def whole_number(value: object) -> int:
    """Read a status word: a whole number, also as text in decimal,
    hexadecimal (0x) or binary (0b).
    """
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and len(value) <= WIDEST + 4:
        try:
            value = int(value.strip(), 0)
        except ValueError:
            value = read_number(value, Channel.MEASUREMENT, decimal=".")
    found = number(value, "the status word") if not isinstance(value, int) else value
    if abs(found) >= 1 << WIDEST or not float(found).is_integer():
        raise NotUnderstood(
            "not_a_number", f"a status word is a whole number, not {str(value)[:40]!r}"
        )
    return int(found)
