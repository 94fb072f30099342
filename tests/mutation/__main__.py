"""`make mutate [MODULE=name]`: change the rules of money and booking line by line, and list what no
test notices.
mutmut makes the changes, one thing at a time, into `mutants/`; `tests.mutation.trials` tries each
against the tests that touch it. What was tried stays in `mutants/`, so that a run resumes where
another stopped, module by module; without that folder a run begins anew. Survivors that change
nothing anybody could notice are argued in equivalent.toml, by what they replace, and are not
counted.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path

from mutmut.__main__ import create_mutants
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir
from mutmut.utils.format_utils import mangled_name_from_mutant_name

MODULES = (
    "quota",
    "correction",
    "rate_bands",
    "billable_time",
    "own_time",
    "statement",
    "attribution",
    "session",
    "presence",
    "policy",
    "rating",
    "caps",
)
WINGS = ("billing", "booking")
# Of the unit tests those of the wings that decide money and bookings.
TESTS = (
    *(f"tests/{wing}/unit" for wing in ("billing", "booking", "metering", "core", "reports")),
    "tests/oracle",
)
MUTANTS = Path("mutants")
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
# The oracle's share of the tests: enough to notice, few enough to be run some hundred times.
WORLDS = "50"


def main() -> int:
    """Try the modules that are named, or all, and list their survivors.

    1 where more than a twentieth are left.
    """
    modules = sys.argv[1:] or MODULES
    changes = _changes(modules)
    (MUTANTS / "changes.json").write_text(json.dumps(changes))
    pytest = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:xdist",
        "--noconftest",
        "-p",
        "tests.mutation.trials",
    ]
    subprocess.run(
        [*pytest, *TESTS], cwd=MUTANTS, env={**os.environ, "ORACLE_WORLDS": WORLDS}, check=True
    )
    kept = json.loads((MUTANTS / "trials.json").read_text())["trials"]
    states = {name: kept[name]["state"] for name in changes if name in kept}
    good = [_reported(module, changes, states) for module in modules]
    return int(not all(good))


def _changes(modules: Sequence[str]) -> dict[str, str]:
    """Make every module's changes, and return the names of these, each with the digest of its
    function.
    """
    shutil.rmtree(MUTANTS / "tests", ignore_errors=True)
    MUTANTS.mkdir(exist_ok=True)
    # mutmut prints each file that it copies.
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(1)
    names = {}
    for module in modules:
        data = SourceFileMutationData(path=_path(module))
        data.load()
        for name in data.exit_code_by_key:
            names[name] = data.hash_by_function_name[
                mangled_name_from_mutant_name(name).rpartition(".")[2]
            ]
    return names


def _path(module: str) -> Path:
    """Find a module by its name in the domain of the mutated wings."""
    return next(p for w in WINGS for p in Path(f"gadong/{w}/domain").rglob(f"{module}.py"))


def _reported(module: str, changes: Mapping[str, str], states: Mapping[str, str]) -> bool:
    """Print a module's figures and survivors; say whether at most a twentieth survive."""
    prefix = ".".join(_path(module).with_suffix("").parts) + "."
    names = [name for name in changes if name.startswith(prefix)]
    counts = Counter(states.get(name, "not tried") for name in names)
    argued = tomllib.loads(EQUIVALENT.read_text()).get(module, [])
    survivors, equivalent = [], 0
    for name in names:
        if states.get(name) not in {"survived", "no tests"}:
            continue
        change = _change(name, _path(module))
        if any(_is_of(entry, change) for entry in argued):
            equivalent += 1
        else:
            survivors.append((name, change))
    for name, change in survivors:
        sys.stdout.write("\n".join([name, *(f"    {line}" for line in change), ""]))
    counted = len(names) - equivalent - counts["not tried"]
    share = 100 * len(survivors) / counted if counted else 0
    sys.stdout.write(
        f"{module}: {len(names)} changes, {counts['not tried']} not tried, "
        f"{counts['timeout']} hung,"
        f" {equivalent} equivalent, {len(survivors)} survive ({share:.1f} %)\n"
    )
    sys.stdout.flush()
    return share < 5 and not counts["not tried"]


def _is_of(entry: Mapping[str, Sequence[str]], change: Sequence[str]) -> bool:
    """Return whether an entry of equivalent.toml argues a change."""
    is_either = "either" not in entry or not set(entry["either"]).isdisjoint(change)
    return is_either and set(entry["change"]) <= set(change)


def _change(name: str, path: Path) -> list[str]:
    """Return the lines that a change takes out (-) and puts in (+), without their indentation."""
    lines = get_diff_for_mutant(name, path=path).splitlines()
    changed = [x for x in lines if x[:1] in "+-" and x[:3] not in {"+++", "---"}]
    return [f"{x[0]} {x[1:].strip()}" for x in changed]


if __name__ == "__main__":
    raise SystemExit(main())
