"""`make mutate [MODULE=name]`: change the rules of money and booking line by line, and list what no test notices.

mutmut changes one thing at a time and runs the tests that touch it. What it found stays in `mutants/`, so that a
run goes on where another stopped, module by module. Survivors that change nothing anybody could notice are argued
in equivalent.toml, by what they replace, and are not counted.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

MODULES = (
    "quota",
    "correction",
    "rate_bands",
    "billable_time",
    "own_time",
    "statement",
    "attribution",
    "session",
    "policy",
    "rating",
)
WINGS = ("billing", "booking")
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
EQUIVALENT = Path(__file__).with_name("equivalent.toml")
# The oracle's share of the tests: enough to notice, few enough to be run some thousand times.
WORLDS = "50"


def main() -> int:
    """Run the modules that are named, or all, and list their survivors; 1 where more than a twentieth are left."""
    failed = False
    for module in sys.argv[1:] or MODULES:
        _run(
            "run",
            "--max-children",
            os.environ.get("CHILDREN", "2"),
            f"gadong.{_wing(module)}.domain.{module}.*",
        )
        failed |= not _reported(module)
    return int(failed)


def _wing(module: str) -> str:
    """Return the wing whose domain holds a module."""
    return next(w for w in WINGS if Path(f"gadong/{w}/domain/{module}.py").is_file())


def _run(*arguments: str) -> str:
    """Run mutmut quietly; its picture of progress is of no use in a log."""
    environment = {**os.environ, "ORACLE_WORLDS": WORLDS, "COLUMNS": "200"}
    done = subprocess.run([MUTMUT, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode and arguments[0] != "run":
        raise SystemExit(done.stderr or done.stdout)
    return done.stdout


def _reported(module: str) -> bool:
    """Print a module's figures and survivors; say whether at most a twentieth survive."""
    prefix = f"gadong.{_wing(module)}.domain.{module}."
    states = dict(
        re.findall(rf"^\s*({re.escape(prefix)}\S+): (.+)$", _run("results", "--all", "true"), re.MULTILINE)
    )
    argued = tomllib.loads(EQUIVALENT.read_text()).get(module, [])
    counts = Counter(states.values())
    survivors, equivalent = [], 0
    for name, state in states.items():
        if state not in {"survived", "no tests"}:
            continue
        change = _change(name)
        if any(set(entry["change"]) <= set(change) for entry in argued):
            equivalent += 1
        else:
            survivors.append((name, change))
    for name, change in survivors:
        sys.stdout.write("\n".join([name, *(f"    {line}" for line in change), ""]))
    counted = len(states) - equivalent - counts["not checked"]
    share = 100 * len(survivors) / counted if counted else 0
    sys.stdout.write(
        f"{module}: {len(states)} changes, {counts['not checked']} not tried, {equivalent} equivalent,"
        f" {len(survivors)} survive ({share:.1f} %)\n"
    )
    sys.stdout.flush()
    return share <= 5 and not counts["not checked"]


def _change(name: str) -> list[str]:
    """Return the lines that a change takes out (-) and puts in (+), without their indentation."""
    lines = _run("show", name).splitlines()
    changed = [x for x in lines if x[:1] in "+-" and x[:3] not in {"+++", "---"}]
    return [f"{x[0]} {x[1:].strip()}" for x in changed]


if __name__ == "__main__":
    raise SystemExit(main())
