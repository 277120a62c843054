"""What all tests share: both cities' packs and the working calendar, loaded once a database."""

from __future__ import annotations

import os

import pytest
from django.core.management import call_command

pytest_plugins = ["tests.people"]

CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After migrating: the calendar and the packs, as `make demo` loads them. Tests roll back to this."""
    with django_db_blocker.unblock():
        call_command("load_calendar", verbosity=0)
        call_command("load_packs", verbosity=0)


@pytest.fixture(autouse=True)
def _files_in_a_folder_of_the_test(settings, tmp_path):
    """Uploads and archived PDFs of a test never land in var/."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ARCHIVE_DIR = tmp_path / "archive"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
