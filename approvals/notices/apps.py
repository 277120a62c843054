"""Registration of the notices slice."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "approvals.notices"
    verbose_name = "文书"

    def ready(self) -> None:
        from approvals.notices import pack_part
        from approvals.programs import pack_parts

        pack_parts.register("notices", pack_part.PART)
