"""Registration of the applications package."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "approvals.applications"
    verbose_name = "申请"

    def ready(self) -> None:
        from approvals.applications import deferral_panel, selectors, telling
        from approvals.applications.services import curing
        from documents import sight

        telling.register_kinds()
        curing.register_job()
        deferral_panel.register_all()
        sight.register(selectors.kept_streams)
