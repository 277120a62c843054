"""What all tests share: both cities' packs and the working calendar, loaded once a database."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import connections
from django.test.utils import override_settings, setup_databases, teardown_databases
from pytest_django.plugin import DjangoDbBlocker

from jobs.processes import settle
from tests import databases

pytest_plugins = ["tests.people", "tests.halves"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """All modules are imported: a sixth of the run's time went into looking at them again."""
    settle()


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes(django_test_environment: None) -> Iterator[None]:
    """Passwords of tests need no slow hash."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def copies(django_db_modify_db_settings: None) -> databases.Copies:
    """The tables come from a copy (tests/databases.py)."""
    databases.careless_of_power_cuts(connections["default"])
    return databases.quick_to_create(connections["default"])


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, copies: databases.Copies, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Calendar and packs, as `make demo` loads them. Tests roll back to this; what a test with real
    transactions calls to empty all tables at its end brings this state back instead.

    In place of pytest-django's own, which makes no database when no test of the run is marked.
    """
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"})
        call_command("load_calendar", verbosity=0)
        call_command("load_packs", verbosity=0)
        copies.keep_filled()
    restore = mock.Mock(side_effect=lambda **_options: copies.restore_filled())
    with mock.patch.object(flush.Command, "handle", restore):
        yield
    with django_db_blocker.unblock():
        copies.forget_filled()
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def _keys_folder(tmp_path_factory):
    """The demo's keys, made once a run: making them anew costs a second a test."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path, _keys_folder):
    """Uploads, archived PDFs and keys of a test never land in var/."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ARCHIVE_DIR = tmp_path / "archive"
    settings.KEYS_DIR = _keys_folder
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
