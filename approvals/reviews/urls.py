"""Addresses of every human task."""

from django.urls import path

from approvals.reviews import views

app_name = "reviews"
urlpatterns = [
    path("tasks/<int:pk>/", views.task_page, name="task"),
    path("tasks/<int:pk>/claim/", views.claim, name="claim"),
    path("tasks/<int:pk>/defer/", views.defer_page, name="defer"),
    path("tasks/<int:pk>/release/", views.release, name="release"),
    path("tasks/<int:pk>/forward/", views.run_forward, name="run_forward"),
]
