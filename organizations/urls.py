"""Addresses of log-in, password, language and the administrator's pages."""

from django.urls import path
from django.views.i18n import set_language

from organizations.views import administration, doors, password

urlpatterns = [
    path("login/", doors.choose_door, name="log_in"),
    path("login/applicant/", doors.applicant_door, name="applicant_door"),
    path("login/staff/", doors.staff_door, name="staff_door"),
    path("logout/", doors.log_out, name="log_out"),
    path("password/", password.change_password, name="change_password"),
    path("language/", set_language, name="set_language"),
    path("administration/people/", administration.people_list, name="people"),
    path("administration/people/<int:pk>/", administration.person_page, name="person"),
    path("administration/organs/", administration.organ_list, name="organs"),
]
