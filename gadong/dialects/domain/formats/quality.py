"""The quality that gateways give a value: OPC's words and codes, Sparkplug's codes, and plain
flags.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Words of a good value, in small letters; OPC's longer names (GoodLocalOverride) begin with the
#: first.
GOOD_WORDS = frozenset({"good", "ok", "true", "yes", "on", "valid", "1"})
# OPC classic packs the quality in two bits of a byte: 00 bad, 01 uncertain, 11 good.
CLASSIC_MASK, CLASSIC_GOOD = 0xC0, 0xC0
# An OPC UA status code carries its severity in the two highest of 32 bits: 00 good, 01 uncertain,
# 10 bad.
UA_SHIFT = 30
#: An OPC UA status as an object; gateways differ in the letters' case.
UA_FIELDS = ("code", "statuscode", "value")


def is_good(said: object, *, good: str = "") -> bool:
    """Tell whether a quality means that the value holds now; what is not known to be good is not.

    `good` lists the words and codes, with commas, that a gateway of another custom uses for good.
    An example is `0` where bare OPC UA status codes come. A bare number is read as OPC classic's,
    as Sparkplug's (0, 192, 500), or as a flag (1). One so large that only OPC UA has it is read by
    its severity.
    """
    if good:
        return _word(said) in {word.strip().lower() for word in good.split(",")}
    match said:
        case bool():
            return said
        case int() | float():
            return _is_good_code(said)
        case str():
            return _is_good_word(said.strip().lower())
        case Mapping():
            return _is_good_status({str(key).lower(): value for key, value in said.items()})
        case _:
            return False


def _word(said: object) -> str:
    """Write a quality as an option's list would."""
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    return str(said).strip().lower()


def _is_good_word(word: str) -> bool:
    if word in GOOD_WORDS or word.startswith("good"):
        return True
    try:
        return _is_good_code(int(word, 16 if word.startswith("0x") else 10))
    except ValueError:
        return False


def _is_good_code(code: float) -> bool:
    if not float(code).is_integer():
        return False
    whole = int(code)
    if whole < 0 or whole >= 1 << 16:
        # OPC UA alone has 32 bits; some gateways write them as a signed number.
        return (whole & 0xFFFFFFFF) >> UA_SHIFT == 0
    return whole == 1 or (whole < 256 and whole & CLASSIC_MASK == CLASSIC_GOOD)


def _is_good_status(status: Mapping[str, object]) -> bool:
    """Read an OPC UA status object: its code is good from 0 on.

    An empty one is the protocol's Good.
    """
    for field in UA_FIELDS:
        code = status.get(field)
        if isinstance(code, int) and not isinstance(code, bool):
            return (code & 0xFFFFFFFF) >> UA_SHIFT == 0
    symbol = status.get("symbol", status.get("name"))
    return _is_good_word(symbol.strip().lower()) if isinstance(symbol, str) else not status
