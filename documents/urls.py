"""Addresses of the print room and of the public check."""

from __future__ import annotations

from django.urls import path

from documents.views import print_room, register, verification

app_name = "documents"
urlpatterns = [
    path("print/", print_room.document_list, name="print_list"),
    path("print/register/", register.register, name="register"),
    path("print/register.xlsx", register.register_workbook, name="register_workbook"),
    path("print/register.pdf", register.register_volume, name="register_volume"),
    path("print/batches/", print_room.make_batch, name="make_batch"),
    path("print/batches/<int:pk>/", print_room.batch_page, name="print_batch"),
    path("print/batches/<int:pk>/pdf", print_room.batch_pdf, name="batch_pdf"),
    path("print/<int:pk>/", print_room.document_page, name="print_document"),
    path("print/<int:pk>/retry/", print_room.retry, name="retry"),
    path("print/<int:pk>/renumber/", print_room.renumber, name="renumber"),
    path("documents/<int:pk>/pdf", print_room.document_pdf, name="document_pdf"),
    path("verify/", verification.ask, name="verify"),
    path("verify/file", verification.check_file, name="verify_file"),
    path("verify/<str:code>", verification.show, name="verify_code"),
]
