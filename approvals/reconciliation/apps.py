"""Registration of the reconciliation slice."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "approvals.reconciliation"
    verbose_name = "账实核对"

    def ready(self) -> None:
        from approvals.reconciliation import nightly

        nightly.register_all()
