"""Flows and the working calendar in Django's back stage: to be read, never to be changed."""

from __future__ import annotations

from django.contrib import admin
from viewflow.workflow.models import Process as StockProcess
from viewflow.workflow.models import Task as StockTask

from journal.admin import ReadOnlyAdmin
from workflows.models import CalendarYear, FlowVersion

admin.site.unregister([StockProcess, StockTask])  # our cases have rows of their own


@admin.register(FlowVersion)
class FlowVersionAdmin(ReadOnlyAdmin):
    list_display = ("title", "city", "key", "version", "valid_from", "loaded_at")
    list_filter = ("city",)


@admin.register(CalendarYear)
class CalendarYearAdmin(ReadOnlyAdmin):
    list_display = ("year", "source", "loaded_at")
