"""The registry: a dialect is one module, its page in docs/dialects/, its tests, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from gadong.domain.dialects import gadong_json, octoprint, tasmota
from gadong.domain.dialects.reading import Dialect

DIALECTS: Mapping[str, Dialect] = {
    dialect.name: dialect for dialect in (gadong_json.DIALECT, octoprint.DIALECT, tasmota.DIALECT)
}
