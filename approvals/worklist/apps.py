"""Registration of the worklist slice."""

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    name = "approvals.worklist"
    verbose_name = "待办"
