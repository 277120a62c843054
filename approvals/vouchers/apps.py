"""Registration of the vouchers slice."""

from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "approvals.vouchers"
    verbose_name = "创新券"

    def ready(self) -> None:
        from approvals.vouchers import services

        services.register_all()
