"""Addresses of the print room, in the namespace of documents."""

from __future__ import annotations

from django.urls import path, re_path

from documents.print_room.views import batches, desk, reconciliation, seals, service

urlpatterns = [
    path("print/", desk.document_list, name="print_list"),
    path("print/batches/", batches.make_batch, name="make_batch"),
    path("print/batches/<int:pk>/", batches.batch_page, name="print_batch"),
    path("print/batches/<int:pk>/pdf", batches.batch_pdf, name="batch_pdf"),
    path("print/jobs/<int:pk>/pdf", desk.job_file, name="job_pdf"),
    path("print/copies/<int:pk>/spoil/", desk.spoil_copy, name="spoil_copy"),
    path("print/seals/", seals.seal_register, name="seal_register"),
    re_path(
        r"^print/seals/(?P<act>approve|decline|apply)/$", seals.act_on_seals, name="act_on_seals"
    ),
    path("print/deliveries/", service.deliveries, name="deliveries"),
    path("print/deliveries/<int:pk>/", service.delivery_page, name="delivery"),
    path("print/deliveries/<int:pk>/slip", service.slip, name="service_slip"),
    path("print/discrepancies/", reconciliation.discrepancies, name="discrepancies"),
    path("print/discrepancies/run/", reconciliation.reconcile_now, name="reconcile_now"),
    path("print/<int:pk>/", desk.document_page, name="print_document"),
    path("print/<int:pk>/seal/", seals.ask_for_seal, name="ask_for_seal"),
    path("print/<int:pk>/hand-over/", service.hand_over, name="hand_over"),
    path("print/<int:pk>/retry/", desk.retry, name="retry"),
    path("print/<int:pk>/renumber/", desk.renumber, name="renumber"),
    path("documents/<int:pk>/pdf", desk.document_pdf, name="document_pdf"),
]
