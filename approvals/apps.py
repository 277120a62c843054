"""Registration of the approvals package."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"
    verbose_name = "审批"

    def ready(self) -> None:
        from approvals.administration import daily

        daily.register_all()
