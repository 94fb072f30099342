"""python -m deploy.sbom FILE: what the product is made of, as a CycloneDX bill of materials, from
our own lock files.
The bill lists every Python package that the programs are installed with, and every npm package that
the pages draw with. Each has its version, its hashes and its package address. Nothing is asked of
any network.
"""

from __future__ import annotations

import base64
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

# It says no types.
from pip_requirements_parser import RequirementsFile  # type: ignore[import-untyped]

from deploy.stack.choice import HERE

RUNTIME = HERE / "requirements/runtime.txt"
ASSETS = HERE / "deploy/assets/package-lock.json"
DIGESTS = {"sha512": HashAlgorithm.SHA_512, "sha256": HashAlgorithm.SHA_256}


def bill() -> Bom:
    """Return the bill of materials.

    The same lock files give the same bill, but for the instant of its making.
    """
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    made = Bom(serial_number=uuid5(NAMESPACE_URL, RUNTIME.read_text() + ASSETS.read_text()))
    made.metadata.component = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        supplier=OrganizationalEntity(name="Gadong"),
        bom_ref="gadong",
    )
    for component in (*_python(), *_npm()):
        made.components.add(component)
    made.register_dependency(made.metadata.component, made.components)
    return made


def _python() -> Iterator[Component]:
    for one in RequirementsFile.from_file(str(RUNTIME)).requirements:
        hashes = [h.removeprefix("--hash=").split(":") for h in one.hash_options]
        digests = [HashType(alg=DIGESTS[kind], content=digest) for kind, digest in hashes]
        yield _component(
            "pypi", one.name, one.get_pinned_version, digests, is_always=one.marker is None
        )


def _npm() -> Iterator[Component]:
    for path, package in json.loads(ASSETS.read_text())["packages"].items():
        if path and not package.get("dev"):
            kind, _, digest = package["integrity"].partition("-")
            hashes = [HashType(alg=DIGESTS[kind], content=base64.b64decode(digest).hex())]
            yield _component("npm", path.removeprefix("node_modules/"), package["version"], hashes)


def _component(
    kind: str, name: str, version: str, hashes: list[HashType], *, is_always: bool = True
) -> Component:
    namespace, _, plain = name.rpartition("/")
    address = PackageURL(kind, namespace or None, plain, version)
    return Component(
        name=plain,
        group=namespace or None,
        version=version,
        type=ComponentType.LIBRARY,
        # Some are for one system or one Python alone.
        scope=ComponentScope.REQUIRED if is_always else ComponentScope.OPTIONAL,
        hashes=hashes,
        purl=address,
        bom_ref=str(address),
    )


def main(file: str) -> int:
    """Write it."""
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    text = make_outputter(bill(), OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    Path(file).write_text(text + "\n")
    print(f"sbom: {file}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
