"""Programs and packs in Django's back stage: to be read, never to be changed."""

from __future__ import annotations

from django.contrib import admin

from approvals.programs.models import PackRelease, Program
from journal.admin import ReadOnlyAdmin


@admin.register(Program)
class ProgramAdmin(ReadOnlyAdmin):
    list_display = ("title", "city", "code", "version", "kind", "valid_from", "valid_to")
    list_filter = ("city", "kind")


@admin.register(PackRelease)
class PackReleaseAdmin(ReadOnlyAdmin):
    list_display = ("city", "sha256", "loaded_at", "by")
    list_select_related = ("by",)
