"""Refusal of query parameters that an operation does not have; one rule for every route."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from gadong.core.domain.problem import Invalid


async def need_known_parameters(request: Request) -> None:
    """Raise Invalid for a query parameter that the operation does not have, and name it.

    A mistyped filter would otherwise answer with everything.
    """
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return
    known = set(_names(route.dependant))
    for name in request.query_params:
        if name not in known:
            there = f"; there are {', '.join(sorted(known))}" if known else "; there is none"
            raise Invalid(f"This operation has no query parameter {name}{there}", field=name)


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (str(parameter.alias) for parameter in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _names(inner)
