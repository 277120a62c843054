"""Registration of the operations slice."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "approvals.operations"
    verbose_name = "办理操作"
