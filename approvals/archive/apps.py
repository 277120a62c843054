"""Registration of the archive slice."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "approvals.archive"
    verbose_name = "归档"

    def ready(self) -> None:
        from approvals.archive import panels

        panels.register_all()
