"""Registration of the supervision slice."""

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "approvals.supervision"
    verbose_name = "督办"

    def ready(self) -> None:
        from approvals.supervision.registering import register_all

        register_all()
