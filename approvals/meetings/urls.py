"""Addresses of the meetings slice."""

from __future__ import annotations

from django.urls import path

from approvals.meetings.views import gathering, items, minutes

app_name = "meetings"
urlpatterns = [
    path("meetings/", gathering.meeting_list, name="list"),
    path("meetings/new/", gathering.new, name="new"),
    path("meetings/<int:pk>/", gathering.meeting, name="meeting"),
    path("meetings/<int:pk>/change/", gathering.change, name="change"),
    path("meetings/<int:pk>/cancel/", gathering.cancel, name="cancel"),
    path("meetings/<int:pk>/cases/", items.choose, name="cases"),
    path("meetings/<int:pk>/items/<int:item>/", items.item_page, name="item"),
    path("meetings/<int:pk>/items/<int:item>/move/", items.move, name="move"),
    path("meetings/<int:pk>/items/<int:item>/off/", items.off, name="off"),
    path("meetings/<int:pk>/items/<int:item>/draft.pdf", items.draft, name="draft"),
    path("meetings/<int:pk>/submit/", minutes.submit, name="submit"),
    path("meetings/<int:pk>/send-back/", minutes.send_back, name="send_back"),
    path("meetings/<int:pk>/confirm/", minutes.confirm, name="confirm"),
    path("meetings/<int:pk>/minutes.pdf", minutes.paper, name="minutes"),
]
