"""Which tests run again on PostgreSQL: those whose outcome a database can change.

Marked `both` is what opens a database, unless its place is below: there the statements are proven
elsewhere on both, and what is tested is text, layout or a rule that no database alters.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from django.test import TransactionTestCase

TESTS = Path(__file__).parent
ON_SQLITE_ALONE = {
    "browser": "pages as Chromium shows them; the running house has an SQLite file of its own",
    "house": "doors and rules of the house: permissions, walls, generated pages",
    "pictures": "drawings of a case that others have played",
    "archive": "packages as files, and what is found in damaged ones",
    "documents/test_authenticity.py": "signed bytes, and what a flipped one does to them",
    "documents/test_signing.py": "signatures and keys",
    "experts/test_blind_review.py": "a crawl of pages for what they tell, as those of the house",
    "worklist/test_bulk_killed.py": "kills processes on SQLite files of its own",
    "meetings/test_minutes_killed.py": "the same",
    "jobs/test_celery.py": "a real worker beside an SQLite file of its own",
    "workflows/properties/test_restarts.py": "restarts processes on SQLite files of its own",
    "workflows/test_simulation_command.py": "the command's private database is an SQLite file",
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


LONG_FIRST = (
    "browser/test_pages.py",
    "house/",
    "browser/",
    "operations/test_races.py",
    "workflows/properties/",
    "operations/test_machine.py",
    "journeys/",
    "worklist/test_bulk_killed.py",
    "documents/test_numbers_at_once.py",
    "workflows/test_races.py",
)
"""Places that take minutes, the longest first, so that no worker ends alone (docs/testing.md).

Only one begins with the browser: it loads the demo for all of them, and another would wait for it."""


def length(item: pytest.Item) -> int:
    """Where the item's place stands among the long ones."""
    path = item.path.relative_to(TESTS).as_posix()
    places = enumerate(LONG_FIRST)
    return next((rank for rank, one in places if path.startswith(one)), len(LONG_FIRST))


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None, None, None]:
    """Marks before pytest chooses by mark; sorts last, for pytest-django has an order of its own
    in which whatever asks for no database, such as the browser's pages, would come at the end.
    """
    for item in items:
        if item.get_closest_marker("postgres") or (opens_a_database(item) and not place(item)):
            item.add_marker(pytest.mark.both)
    yield
    items.sort(key=length)
