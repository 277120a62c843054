"""Registration of the decisions slice."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "approvals.decisions"
    verbose_name = "决定"

    def ready(self) -> None:
        from approvals.decisions import handlers, panels

        handlers.register_all()
        panels.register_all()
