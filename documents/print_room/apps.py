"""Registration of the print room."""

from django.apps import AppConfig


class PrintRoomConfig(AppConfig):
    name = "documents.print_room"
    label = "print_room"
    verbose_name = "文印室"
