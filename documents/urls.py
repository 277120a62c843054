"""Addresses of the register, of the print room and of the public check."""

from __future__ import annotations

from django.urls import include, path

from documents.print_room.urls import urlpatterns as print_room
from documents.views import register, verification

app_name = "documents"
urlpatterns = [
    path("print/register/", register.register, name="register"),
    path("print/register.xlsx", register.register_workbook, name="register_workbook"),
    path("print/register.pdf", register.register_volume, name="register_volume"),
    path("", include(print_room)),
    path("verify/", verification.ask, name="verify"),
    path("verify/file", verification.check_file, name="verify_file"),
    path("verify/<str:code>", verification.show, name="verify_code"),
]
