"""Addresses of the inquiries slice."""

from __future__ import annotations

from django.urls import path

from approvals.inquiries.views import answering, inquiring, photos, wordings

app_name = "inquiries"

urlpatterns = [
    path("tasks/<int:pk>/ask/", inquiring.ask, name="ask"),
    path("tasks/<int:pk>/consult/", inquiring.consult, name="consult"),
    path("tasks/<int:pk>/site-check/", inquiring.site_check, name="site_check"),
    path(
        "tasks/<int:pk>/questions/<int:question>/withdraw/",
        inquiring.withdraw_question,
        name="withdraw_question",
    ),
    path("applications/<int:pk>/questions/<int:question>/", answering.answer, name="answer"),
    path("applications/<int:pk>/photos/<int:photo>/", photos.photo, name="photo"),
    path("consultations/", answering.letters, name="letters"),
    path("consultations/<int:pk>/", answering.letter, name="letter"),
    path("consultations/<int:pk>/letter.pdf", answering.letter_paper, name="letter_paper"),
    path("wordings/", wordings.wordings, name="wordings"),
    path("wordings/<int:pk>/remove/", wordings.remove_wording, name="remove_wording"),
]
