"""Registration of the workflows package."""

from django.apps import AppConfig
from django.core.checks import register


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "流程"

    def ready(self) -> None:
        """The check of the shipped flows; it needs the loaded apps."""
        from workflows.system_checks import TAG, shipped_flows

        register(shipped_flows, TAG, deploy=True)
