"""Addresses of the supervision slice."""

from __future__ import annotations

from django.urls import path

from approvals.supervision.views import flags, orders, urging

app_name = "supervision"
urlpatterns = [
    path("applications/<int:pk>/urge/", urging.urge_case, name="urge_case"),
    path("tasks/<int:pk>/urge/", urging.urge_seat, name="urge_seat"),
    path("supervision/", orders.order_list, name="list"),
    path("supervision/new/", orders.new_order, name="new"),
    path("supervision/flags/", flags.flag_list, name="flags"),
    path("supervision/flags/<int:pk>/close/", flags.close_flag, name="close_flag"),
    path("supervision/<int:pk>/", orders.order, name="order"),
    path("supervision/<int:pk>/reply/", orders.reply, name="reply"),
    path("supervision/<int:pk>/check/", orders.check, name="check"),
]
