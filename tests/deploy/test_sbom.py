"""The bill of materials names everything that is locked, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

from cyclonedx.schema import SchemaVersion

from deploy import sbom


def test_the_bill_is_valid_and_holds_every_locked_package_with_its_hashes(tmp_path: Path) -> None:
    # It builds 38 grammars of addresses, which every worker that collects tests would wait for.
    from cyclonedx.validation.json import JsonStrictValidator

    sbom.main(str(tmp_path / "bill/sbom.json"))
    text = (tmp_path / "bill/sbom.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    components = json.loads(text)["components"]
    locked = re.findall(
        r"^([a-z0-9_.\[\]-]+)==([^ ;]+)", sbom.RUNTIME.read_text(), re.MULTILINE | re.IGNORECASE
    )
    named = {(c["name"], c["version"]) for c in components if c["purl"].startswith("pkg:pypi/")}
    assert named == {(name.partition("[")[0], version) for name, version in locked}
    assert all(c["hashes"] for c in components)
    drawn = {c["name"] for c in components if c["purl"].startswith("pkg:npm/")}
    assert {"core", "htmx.org", "build", "pretendard"} <= drawn
    assert "axe-core" not in drawn
