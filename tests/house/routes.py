"""The permission table: every route of the house, who may use it, and what the others are told.

Each slice keeps its rows in a module of `tests/house/rows/` (`ROUTES`); here they are gathered.
`docs/permissions.md` is printed from it; `test_routes.py` holds the house to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import django
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house.table import About, Route, Told, Who

__all__ = [
    "PAGE",
    "ROUTES",
    "SLICES",
    "About",
    "Route",
    "Told",
    "Who",
    "permissions_page",
    "route_names",
]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
if not apps.ready:
    django.setup()

FIRST = "main"
MODULES = sorted(
    (path.stem for path in (Path(__file__).parent / "rows").glob("*.py")),
    key=lambda stem: (stem != FIRST, stem),
)
SLICES = [import_module(f"tests.house.rows.{stem}") for stem in MODULES]
"""Beside `ROUTES` a slice may have `prepare(house)`, which makes the things its routes name, and
`doors(house, name)`, which answers [(title, kwargs, insiders, fits), …] for its own routes."""
ROUTES: dict[str, Route] = {
    name: route for slice_ in SLICES for name, route in slice_.ROUTES.items()
}


def route_names() -> set[str]:
    """Every name of the URLconf; Django's back stage counts as `admin:*`, a route without a name
    outside it by its pattern (so that it cannot be overlooked)."""
    return {"admin:*" if name.startswith("admin:") else name for name in _names(get_resolver(), "")}


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or f"<{entry.pattern}>")
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _names(entry, inner)


def permissions_page() -> str:
    """docs/permissions.md."""
    head = (
        "# Permissions: every route, and who may use it\n\n"
        "Printed from `tests/house/routes.py` by `python -m tests.house.routes`; `tests/house/test_routes.py`"
        " asks every\nroute with every method as every kind of person, and fails when this page is not current.\n\n"
        "A stranger to a case, task, file, decision, document or batch gets 404, the same bytes as for a number that\n"
        "does not exist; a colleague who knows of it and lacks the right gets 403; a wrong method 405. Who is not\n"
        "logged in is sent to the log-in. Every POST needs its form token (403 without).\n\n"
    )
    rows = [
        f"| `{name}` | {route.methods.replace(' ', ', ')} | {route.named} | {_who(route)} |"
        f" {_told(route)} | {route.sentence} |"
        for name, route in ROUTES.items()
    ]
    table = [
        "| route | methods | names a | who | others | what for |",
        "|---|---|---|---|---|---|",
        *rows,
    ]
    legend = ["", "| who | means |", "|---|---|"]
    legend += [f"| {who.name.lower()} | {who.value} |" for who in Who]
    return head + "\n".join([*table, *legend]) + "\n"


def _who(route: Route) -> str:
    name = route.who.name.lower()
    return name if route.posts is None else f"{name}; POST {route.posts.name.lower()}"


def _told(route: Route) -> str:
    if route.posts is not None:
        return f"POST: {route.others.value}"
    if route.who in {Who.ANYBODY, Who.PEOPLE}:
        return "–" if route.who is Who.ANYBODY else Told.LOGIN.value
    if route.colleagues is None:
        return route.others.value
    return f"{route.others.value}; {route.colleagues.name.lower()} 403"


if __name__ == "__main__":
    PAGE.write_text(permissions_page(), "utf-8")
