"""The models in Django's back stage, to be read only: every write is a service."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.models import Group

from journal.admin import ReadOnlyAdmin
from organizations.models import Applicant, Membership, Organ, Relation, User

admin.site.unregister(Group)  # rights come from memberships; Django's groups are not used


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "name", "is_active", "is_staff", "is_demo", "last_login")
    search_fields = ("username", "name")
    exclude = ("password",)


@admin.register(Organ)
class OrganAdmin(ReadOnlyAdmin):
    list_display = ("city", "key", "short_name", "kind", "valid_from", "valid_to", "successor")
    list_filter = ("city", "kind")
    list_select_related = ("successor",)
    search_fields = ("key", "name", "short_name")


@admin.register(Applicant)
class ApplicantAdmin(ReadOnlyAdmin):
    list_display = ("organ", "credit_code", "kind", "county")
    list_select_related = ("organ", "county")
    search_fields = ("credit_code", "organ__name")
    exclude = ("bank_account",)


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "organ", "role", "post", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("user", "organ")
    search_fields = ("user__username", "user__name", "organ__short_name")


@admin.register(Relation)
class RelationAdmin(ReadOnlyAdmin):
    list_display = ("user", "organ", "ground", "valid_from", "valid_to")
    list_select_related = ("user", "organ")
