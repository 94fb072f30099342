"""Paths into a JSON document: values.tag0, readings.0.value, Payload["ns=2;s=Line.Mill"].Value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from gadong.dialects.domain.formats.reading import NotUnderstood

# A list's position has fewer digits than this; a longer number is a key.
INDEX_DIGITS = 7
# Lists that lie in each other: no gateway writes so many, and each costs a call.
DEEPEST = 32
#: Found nowhere; None is a value that a document may hold.
MISSING = object()


@dataclass(frozen=True, slots=True)
class PathStep:
    """One key or list position, and where in the path it is written."""

    key: str
    start: int
    end: int
    is_quoted: bool = False


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[PathStep, ...]:
    """Split a path at its dots and brackets; ValueError where a bracket is never closed."""
    found: list[PathStep] = []
    at = 0
    while at < len(path):
        if path[at] == "[" and path[at + 1 : at + 2] in {'"', "'"}:
            end = path.find(path[at + 1] + "]", at + 2)
            if end < 0:
                raise ValueError(f"the path {path[:60]!r} has a bracket that is not closed")
            found.append(PathStep(path[at + 2 : end], at, end + 2, is_quoted=True))
            at = end + 2
        elif (
            path[at] == "["
            and (closed := path.find("]", at)) > 0
            and path[at + 1 : closed].isdecimal()
        ):
            found.append(PathStep(path[at + 1 : closed], at, closed + 1))
            at = closed + 1
        else:
            end = min(
                (p for p in (path.find(".", at), _bracket(path, at)) if p >= 0), default=len(path)
            )
            found.append(PathStep(path[at:end], at, end))
            at = end
        if path[at : at + 1] == ".":
            at += 1
    return tuple(found)


def _bracket(path: str, at: int) -> int:
    """Find the next bracket that is a step of its own; one inside a key, as in Tag[x], is not."""
    while (at := path.find("[", at)) >= 0:
        closed = path.find("]", at)
        if path[at + 1 : at + 2] in {'"', "'"} or path[at + 1 : max(closed, 0)].isdecimal():
            return at
        at += 1
    return -1


def value_at(body: object, path: str) -> Any:
    """Return the value at a path; NotUnderstood where there is nothing."""
    found = find(body, path)
    if found is MISSING:
        raise NotUnderstood("no_value", f"there is nothing at {path}")
    return found


def find(body: object, path: str) -> Any:
    """Return the value at a path, or MISSING."""
    return _walk(body, path, steps(path), 0) if path else body


def has(body: object, path: str) -> bool:
    """Return whether there is something at a path."""
    return find(body, path) is not MISSING


def elements(body: object, path: str) -> list[Any]:
    """Return the elements of the list at a path.

    Lists on the way are gone through, and their lists joined.

    A document without the path is its own one element: some senders write one alone and several as
    a list.
    """
    found = _list_at(body, path)
    return [body] if found is None else found


def _list_at(body: object, path: str, depth: int = 0) -> list[Any] | None:
    if depth > DEEPEST:
        raise NotUnderstood("too_deep", f"lists lie in each other more than {DEEPEST} deep")
    wanted = steps(path)
    here = find(body, path)
    if isinstance(here, list):
        return here
    if here is not MISSING:
        if not path:
            return None
        raise NotUnderstood("no_value", f"{path} is not a list")
    for n, step in enumerate(wanted):
        before = _walk(body, path, wanted[:n], 0)
        if isinstance(before, list):
            found = [_list_at(one, path[step.start :], depth + 1) for one in before]
            return [one for part in found if part for one in part] if any(found) else None
    return None


def _walk(body: object, path: str, wanted: tuple[PathStep, ...], n: int) -> Any:
    """Follow the steps from the n-th on.

    A key that is not there may hold the dots between several steps.
    """
    for at in range(n, len(wanted)):
        step = wanted[at]
        if isinstance(body, dict):
            if step.key in body:
                if at + 1 == len(wanted):
                    return body[step.key]
                found = _walk(body[step.key], path, wanted, at + 1)
                if found is not MISSING:
                    return found
            return MISSING if step.is_quoted else _joined(body, path, wanted, at)
        if not isinstance(body, list) or (position := _position(body, step)) is None:
            return MISSING
        body = body[position]
    return body


def _joined(body: dict[str, Any], path: str, wanted: tuple[PathStep, ...], n: int) -> Any:
    for last in range(n + 1, len(wanted)):
        key = path[wanted[n].start : wanted[last].end]
        if key in body:
            found = _walk(body[key], path, wanted, last + 1)
            if found is not MISSING:
                return found
    return MISSING


def _position(body: list[Any], step: PathStep) -> int | None:
    is_index = step.key.isascii() and step.key.isdecimal() and len(step.key) < INDEX_DIGITS
    return int(step.key) if is_index and not step.is_quoted and int(step.key) < len(body) else None
