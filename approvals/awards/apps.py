"""Registration of the awards slice."""

from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "approvals.awards"
    verbose_name = "奖励"

    def ready(self) -> None:
        from approvals.awards import services

        services.register_all()
