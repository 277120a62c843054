"""The register of numbers in Django's back stage: to be read, never to be changed."""

from __future__ import annotations

from django.contrib import admin

from documents.models import NumberSeries, RegisterEntry
from journal.admin import ReadOnlyAdmin


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin):
    list_display = ("organ_code", "year", "last")


@admin.register(RegisterEntry)
class RegisterEntryAdmin(ReadOnlyAdmin):
    list_display = ("series", "n", "state", "taken_at", "reason")
    list_select_related = ("series",)
    list_filter = ("state",)
