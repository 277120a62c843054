"""Registration of the workflows package."""

from django.apps import AppConfig
from django.core.checks import register


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "流程"

    def ready(self) -> None:
        """The check of the shipped flows and the job kind of timer starts; both need the loaded
        apps."""
        from jobs import registry
        from workflows import beginnings
        from workflows.system_checks import TAG, shipped_flows

        registry.register(beginnings.JOB_KIND, beginnings.begin_due)

        register(shipped_flows, TAG, deploy=True)
