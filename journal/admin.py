"""The journal in Django's back stage: to be read, never to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from journal.models import Anchor, Entry, Stream

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:  # Django's class is generic for the type checker only
    ModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(ModelAdmin):
    """Shows rows; adding, changing and deleting are refused."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Stream)
class StreamAdmin(ReadOnlyAdmin):
    list_display = ("key", "length", "head")
    search_fields = ("key",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("stream", "position", "at", "actor_name", "verb")
    list_select_related = ("stream",)
    search_fields = ("stream__key", "actor_name", "verb")


@admin.register(Anchor)
class AnchorAdmin(ReadOnlyAdmin):
    list_display = ("day", "digest")
