"""Which tests run again on PostgreSQL: those whose outcome a database can change.

Marked `both` is what opens a database, unless its place is below: there the statements are proven
elsewhere on both, and what is tested is text, layout or a rule that no database alters.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import TransactionTestCase

TESTS = Path(__file__).parent
ON_SQLITE_ALONE = {
    "browser": "pages as Chromium shows them; the running house has an SQLite file of its own",
    "house": "doors and rules of the house: permissions, walls, generated pages",
    "pictures": "drawings of a case that others have played",
    "worklist/test_bulk_killed.py": "kills processes on SQLite files of its own",
}
OPENS = {"db", "transactional_db", "django_db_setup"}


def opens_a_database(item: pytest.Item) -> bool:
    cls = getattr(item, "cls", None)
    return (
        item.get_closest_marker("django_db") is not None
        or not OPENS.isdisjoint(getattr(item, "fixturenames", ()))
        or (cls is not None and issubclass(cls, TransactionTestCase))
    )


def place(item: pytest.Item) -> str:
    path = item.path.relative_to(TESTS).as_posix()
    return next((one for one in ON_SQLITE_ALONE if f"{path}/".startswith(f"{one}/")), "")


LONG = ("browser/", "house/", "worklist/test_bulk_killed.py", "journeys/", "workflows/properties/")
"""Modules that take long for their number of tests begin first, so that no worker ends alone."""


def is_short(item: pytest.Item) -> bool:
    return not item.path.relative_to(TESTS).as_posix().startswith(LONG)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=is_short)
    for item in items:
        if item.get_closest_marker("postgres") or (opens_a_database(item) and not place(item)):
            item.add_marker(pytest.mark.both)
