"""A pytest plugin that tries every change of a module against the tests that touch it.

The tests are collected once; each change is then tried in a fork of this process. Tests run in the
order of their duration, and the first that fails ends the trial. The trials are kept in
`trials.json`, so that a run resumes where another stopped. A change that survived is tried again
only against test files that are new or changed since.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import json
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings
from mutmut.mutation import trampoline as _trampoline
from mutmut.utils.format_utils import mangled_name_from_mutant_name

# Its two functions are replaced: `mutmut` asks the environment which change is on, at each call.
trampoline: Any = _trampoline
KEPT = Path("trials.json")
KEPT_EVERY = 10
# A test may take ten times its usual processor time and this on top, or it has hung.
HANGS_AFTER = 5.0
# A loop that appends for ever ends here and not in the machine's memory.
MEMORY = 2 << 30
# Tests above this wait until every change was tried against the faster ones.
IS_SLOW = 0.5


@dataclass(slots=True)
class Trial:
    """The result of one change of a function, by the digest of the function's text.

    It has a state, the test that killed the change, and the digests of the files that did not.
    """

    digest: str
    state: str = "not tried"
    by: str = ""
    survived: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Reach:
    """The functions that a test calls, its processor seconds, and the digest of its file."""

    functions: list[str]
    seconds: float
    digest: str


def pytest_configure(config: pytest.Config) -> None:
    """Try the changes that `changes.json` names, each with the digest of its function."""
    config.pluginmanager.register(Trials(json.loads(Path("changes.json").read_text())))


class Trials:
    """Run the trials in place of the session's tests."""

    def __init__(self, changes: Mapping[str, str]) -> None:
        self._changes = changes
        self._kept_at = time.monotonic()
        self._kills: Counter[tuple[str, str]] = Counter()
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {"trials": {}, "reach": {}}
        self._trials = {name: Trial(**trial) for name, trial in kept["trials"].items()}
        self._reach = {name: Reach(**reach) for name, reach in kept["reach"].items()}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out once which test calls which function, then try each change."""
        for item in session.items:
            _made_repeatable(item)
        self._watch(session.items)
        _forget_results()
        # Forks share the memory of what was collected as long as nobody writes to it.
        gc.collect()
        gc.freeze()
        gc.disable()
        for is_slow in (False, True):
            for name in self._changes:
                self._try(name, session.items, is_slow=is_slow)
        self._keep()
        return True

    def _watch(self, items: Sequence[pytest.Item]) -> None:
        calls: set[str] = set()
        trampoline.record_trampoline_hit = lambda name, **_: calls.add(name)
        trampoline.get_mutant_under_test = lambda: "stats"
        digests = {path: _digest(path) for path in {item.path for item in items}}
        seen = {function for reach in self._reach.values() for function in reach.functions}
        if not seen.issuperset(map(mangled_name_from_mutant_name, self._changes)):
            # A function is new or renamed: tests that stayed as they were may call it.
            self._reach = {}
        for item in items:
            reach = self._reach.get(item.nodeid)
            if reach and reach.digest == digests[item.path]:
                continue
            calls.clear()
            began = time.process_time()
            if not _passes(item):
                raise SystemExit(f"{item.nodeid} fails without any change")
            seconds = time.process_time() - began
            self._reach[item.nodeid] = Reach(sorted(calls), seconds, digests[item.path])
        self._keep()

    def _try(self, name: str, items: Sequence[pytest.Item], *, is_slow: bool) -> None:
        trial = self._trials.get(name)
        if trial is None or trial.digest != self._changes[name]:
            trial = self._trials[name] = Trial(self._changes[name])
        if trial.state in {"killed", "timeout"}:
            return
        touching = list(self._touching(name, items, trial, is_slow=is_slow))
        if touching:
            trial.state, trial.by = self._outcome(name, touching)
            self._kills[mangled_name_from_mutant_name(name), trial.by] += 1
        elif trial.state == "not tried" and is_slow:
            trial.state = "no tests"
        if trial.state == "survived":
            trial.survived |= {
                _file(item, is_slow=is_slow): self._reach[item.nodeid].digest for item in touching
            }
        if time.monotonic() - self._kept_at > KEPT_EVERY:
            self._keep()

    def _touching(
        self, name: str, items: Sequence[pytest.Item], trial: Trial, *, is_slow: bool
    ) -> Iterator[pytest.Item]:
        """Yield the tests that call the changed function and were not tried yet.

        Tests that noticed another change of the function come first, then the fast ones.
        """
        function = mangled_name_from_mutant_name(name)

        def place(item: pytest.Item) -> tuple[int, float]:
            return -self._kills[function, item.nodeid], self._reach[item.nodeid].seconds

        for item in sorted(items, key=place):
            reach = self._reach[item.nodeid]
            if function not in reach.functions or (reach.seconds > IS_SLOW) is not is_slow:
                continue
            if trial.survived.get(_file(item, is_slow=is_slow)) != reach.digest:
                yield item

    def _outcome(self, name: str, items: Sequence[pytest.Item]) -> tuple[str, str]:
        read, write = os.pipe()
        if not (pid := os.fork()):
            os.close(read)
            self._fork(name, items, write)
        os.close(write)
        with os.fdopen(read) as lines:
            begun = lines.read().split()
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        state = {0: "survived", -signal.SIGPROF: "timeout"}.get(code, "killed")
        return state, items[int(begun[-1])].nodeid if begun and code else ""

    def _fork(self, name: str, items: Sequence[pytest.Item], write: int) -> None:
        trampoline.get_mutant_under_test = lambda: name
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        code = 1
        try:
            for index, item in enumerate(items):
                os.write(write, f"{index} ".encode())
                usual = self._reach[item.nodeid].seconds
                signal.setitimer(signal.ITIMER_PROF, 10 * usual + HANGS_AFTER)
                if not _passes(item):
                    break
            else:
                code = 0
        finally:
            os._exit(code)

    def _keep(self) -> None:
        kept = {
            "trials": {name: asdict(trial) for name, trial in self._trials.items()},
            "reach": {name: asdict(reach) for name, reach in self._reach.items()},
        }
        fresh = KEPT.with_suffix(".new")
        fresh.write_text(json.dumps(kept))
        fresh.replace(KEPT)
        self._kept_at = time.monotonic()


def _file(item: pytest.Item, *, is_slow: bool) -> str:
    """Return a test's file; its slow tests are tried apart from the others."""
    return f"{item.path.name} slow" if is_slow else item.path.name


def _passes(item: pytest.Item) -> bool:
    """Run a test; one without fixtures is called directly, since pytest's own work is most of
    it.
    """
    if not isinstance(item, pytest.Function):
        raise TypeError(f"{item.nodeid} is no function")
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if set(item.fixturenames) - set(parameters):
        return all(not report.failed for report in runtestprotocol(item, log=False, nextitem=None))
    try:
        item.obj(**parameters)
    except (Exception, pytest.fail.Exception):  # noqa: BLE001  # whatever it raises, it fails
        return False
    return True


def _made_repeatable(item: pytest.Item) -> None:
    """Give a property the same examples each time, and do not shrink what fails."""
    function = getattr(item, "function", None)
    if function is None or not hypothesis.is_hypothesis_test(function):
        return
    # No public way to set them late.
    function._hypothesis_internal_use_settings = settings(  # noqa: SLF001
        function._hypothesis_internal_use_settings,  # noqa: SLF001
        phases=[Phase.explicit, Phase.generate],
        derandomize=True,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
    )


def _forget_results() -> None:
    """Empty the caches: they hold results of the unchanged rules, which would hide a change."""
    for cache in gc.get_objects():
        # The type has no public name.
        if isinstance(cache, functools._lru_cache_wrapper):  # noqa: SLF001
            module = str(getattr(cache, "__module__", ""))
            if module.startswith(("tests", "gadong")):
                cache.cache_clear()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
