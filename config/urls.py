"""Which package answers which address. `/tasks/<id>/` is dispatched by approvals."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("organizations.urls")),
    path("", include("documents.urls")),
    path("", include("approvals.urls")),
    path("backstage/", admin.site.urls),
]
