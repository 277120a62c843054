"""Addresses of the worklist slice."""

from __future__ import annotations

from django.urls import path

from approvals.worklist.views import bulk, filters, handover, queue

app_name = "worklist"
urlpatterns = [
    path("tasks/", queue.queue_page, name="queue"),
    path("tasks/export.<slug:form>", queue.export, name="export"),
    path("tasks/filters/", filters.filter_list, name="filters"),
    path("tasks/filters/<int:pk>/", filters.change_filter, name="change_filter"),
    path("tasks/settings/", filters.wishes_page, name="wishes"),
    path("tasks/bulk/", bulk.runs, name="bulk"),
    path("tasks/bulk/<int:pk>/", bulk.run_page, name="bulk_run"),
    path("tasks/bulk/<int:pk>/start/", bulk.start, name="bulk_start"),
    path("tasks/bulk/<int:pk>/resume/", bulk.resume, name="bulk_resume"),
    path("tasks/bulk/<int:pk>/progress/", bulk.progress, name="bulk_progress"),
    path("tasks/handover/", handover.handover, name="handover"),
    path("tasks/agents/", handover.agents, name="agents"),
    path("tasks/agents/<int:pk>/end/", handover.end_agent, name="end_agent"),
]
