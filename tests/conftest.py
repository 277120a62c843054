"""What all tests share: both cities' packs and the working calendar, loaded once a database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

pytest_plugins = ["tests.people"]

_blockers: list[DjangoDbBlocker] = []


def load_shared_data() -> None:
    """The calendar and the packs, as `make demo` loads them."""
    call_command("load_calendar", verbosity=0)
    call_command("load_packs", verbosity=0)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After migrating. Tests roll back to this."""
    _blockers.append(django_db_blocker)
    with django_db_blocker.unblock():
        load_shared_data()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real transactions empties every table at its end: the shared data come back."""
    yield
    marker = item.get_closest_marker("django_db")
    real = marker is not None and marker.kwargs.get("transaction")
    if nextitem is None:
        return  # the database itself is gone by now
    if _blockers and (real or "transactional_db" in getattr(item, "fixturenames", ())):
        with _blockers[0].unblock():
            load_shared_data()


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path):
    """Uploads and archived PDFs of a test never land in var/."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ARCHIVE_DIR = tmp_path / "archive"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
