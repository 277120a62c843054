"""Registration of the deadlines slice."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "approvals.deadlines"
    verbose_name = "期限"

    def ready(self) -> None:
        from approvals.deadlines import registering

        registering.register_all()
